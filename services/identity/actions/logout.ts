import type { ActionHandler } from "../../../lib/bus.ts";
import { end } from "../workflows/sessions.ts";
import { done } from "../workflows/toUser.ts";
import { Logout } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";

/** Asked again, it says the same: the session is over either way. */
export const logout: ActionHandler<typeof Logout, IdentityService> = async (ctx, service) => {
  const { id: userId, sessionId: accessId } = ctx.locals.caller;
  await service.db.transaction((tx) =>
    end(service, tx, { userId, which: { accessId }, reason: "logout" }),
  );
  return done(Logout, ctx.meta);
};
