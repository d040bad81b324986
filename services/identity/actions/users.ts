import type { ActionHandler } from "../../../lib/bus.ts";
import { toUser } from "../workflows/toUser.ts";
import type { ListUsers } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";
import { Users } from "../store/tables.ts";

export const users: ActionHandler<typeof ListUsers, IdentityService> = async (ctx, { db }) => {
  const { role: roles, ...asked } = ctx.params;
  const page = await Users.list(db.sql, { ...asked, where: { roles } }, ctx.locals.caller);
  return { ...page, items: page.items.map(toUser) };
};
