import type { ActionHandler } from "../../../lib/bus.ts";
import { changeProfile } from "../workflows/profile.ts";
import { toUser } from "../workflows/toUser.ts";
import type { EditUser } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";

export const editUser: ActionHandler<typeof EditUser, IdentityService> = async (ctx, { db }) => {
  const { userId, ...changes } = ctx.params;
  return toUser(await changeProfile(db, userId, changes));
};
