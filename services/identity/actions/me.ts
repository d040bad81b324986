import type { ActionHandler } from "../../../lib/bus.ts";
import { toUser } from "../workflows/toUser.ts";
import { type Me, UserNotFound } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";
import { Users } from "../store/tables.ts";

export const me: ActionHandler<typeof Me, IdentityService> = async (ctx, { db }) => {
  const { id: userId } = ctx.locals.caller;
  const person = await Users.find(db.sql, userId);
  if (!person) throw UserNotFound({ userId });
  return toUser(person);
};
