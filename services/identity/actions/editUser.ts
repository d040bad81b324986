import type { Handles } from "../../../lib/bus.ts";
import { reaches } from "../domain/reach.ts";
import { changeProfile } from "../flows/profile.ts";
import { shownUser } from "../flows/shown.ts";
import { type EditUser, UserNotFound } from "../identity.contract.ts";
import type { IdentityService } from "../store/tables.ts";

export const editUser: Handles<typeof EditUser, IdentityService> = async (ctx, { db }) => {
  const { userId, ...changes } = ctx.params;
  if (!reaches(ctx.locals.caller, userId)) throw UserNotFound({ userId });
  return shownUser(await changeProfile(db, userId, changes));
};
