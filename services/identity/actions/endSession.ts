import type { ActionHandler } from "../../../lib/bus.ts";
import { end } from "../workflows/sessions.ts";
import { done } from "../workflows/toUser.ts";
import { EndSession, SessionNotFound } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";

export const endSession: ActionHandler<typeof EndSession, IdentityService> = async (
  ctx,
  service,
) => {
  const { sessionId } = ctx.params;
  const { id: userId } = ctx.locals.caller;
  const ended = await service.db.transaction((tx) =>
    end(service, tx, { userId, which: { sessionId }, reason: "ended_by_owner" }),
  );
  if (ended === 0) throw SessionNotFound({ sessionId });
  return done(EndSession, ctx.meta);
};
