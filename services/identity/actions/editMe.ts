import type { ActionHandler } from "../../../lib/bus.ts";
import { changeProfile } from "../workflows/profile.ts";
import { toUser } from "../workflows/toUser.ts";
import type { EditMe } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";

export const editMe: ActionHandler<typeof EditMe, IdentityService> = async (ctx, { db }) =>
  toUser(await changeProfile(db, ctx.locals.caller.id, ctx.params));
