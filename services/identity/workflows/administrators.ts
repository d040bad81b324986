import type { Sql } from "../../../lib/sql.ts";
import { LastAdministrator } from "../identity.contract.ts";
import type { Account } from "../store/tables.ts";
import { isAnotherAdministrator, lockAdministrators } from "../store/users.store.ts";

/**
 * Refuses `roles` for a person if no administrator would remain. The lock lasts as long as the
 * transaction.
 * @throws LastAdministrator (409)
 */
export async function assertAnotherAdministrator(
  sql: Sql,
  { id, roles: before }: Account,
  roles: readonly string[],
): Promise<void> {
  if (!before.includes("admin") || roles.includes("admin")) return;
  await lockAdministrators(sql);
  if (!(await isAnotherAdministrator(sql, id))) throw LastAdministrator({});
}
