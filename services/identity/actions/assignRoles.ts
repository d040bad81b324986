import type { ActionHandler } from "../../../lib/bus.ts";
import { assertAnotherAdministrator } from "../workflows/administrators.ts";
import { revoke } from "../workflows/sessions.ts";
import { toUser } from "../workflows/toUser.ts";
import { type AssignRoles, RoleChanged, UserNotFound } from "../identity.contract.ts";
import { renameSessions } from "../store/sessions.store.ts";
import type { IdentityService } from "../identity.types.ts";
import { Users } from "../store/tables.ts";

export const assignRoles: ActionHandler<typeof AssignRoles, IdentityService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { userId } = ctx.params;
  const roles = [...new Set(ctx.params.roles)];
  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    const account = await Users.lock(sql, userId);
    if (!account) throw UserNotFound({ userId });
    const stores = [...new Set(ctx.params.stores ?? account.stores)];
    if (same(account.roles, roles) && same(account.stores, stores)) return toUser(account);

    await assertAnotherAdministrator(sql, account, roles);
    const changed = await Users.change(sql, userId, { roles, stores });
    if (!changed) throw UserNotFound({ userId });
    await revoke(service, tx, await renameSessions(sql, userId));
    db.publish(tx, RoleChanged, { userId, roles, stores }, userId);
    return toUser(changed);
  });
};

const same = (before: readonly string[], after: readonly string[]) =>
  before.length === after.length && before.every((one, i) => one === after[i]);
