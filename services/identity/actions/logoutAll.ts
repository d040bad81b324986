import type { ActionHandler } from "../../../lib/bus.ts";
import { end } from "../workflows/sessions.ts";
import { done } from "../workflows/toUser.ts";
import { LogoutAll } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";

export const logoutAll: ActionHandler<typeof LogoutAll, IdentityService> = async (ctx, service) => {
  const { id: userId } = ctx.locals.caller;
  await service.db.transaction((tx) =>
    end(service, tx, { userId, which: {}, reason: "logout_all" }),
  );
  return done(LogoutAll, ctx.meta);
};
