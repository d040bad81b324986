import type { ActionHandler } from "../../../lib/bus.ts";
import { toUser } from "../workflows/toUser.ts";
import { type GetUser, UserNotFound } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";
import { Users } from "../store/tables.ts";

export const user: ActionHandler<typeof GetUser, IdentityService> = async (ctx, { db }) => {
  const { userId } = ctx.params;
  const person = await Users.find(db.sql, userId);
  if (!person) throw UserNotFound({ userId });
  return toUser(person);
};
