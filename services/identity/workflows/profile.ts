/** Changes what people show of themselves. */
import { isUniqueViolation, type Sql } from "../../../lib/sql.ts";
import { AccountExists, UserNotFound, UserUpdated } from "../identity.contract.ts";
import { normaliseUsername, usernameKey } from "../domain/account.ts";
import type { IdentityDb } from "../identity.types.ts";
import { type Account, Users } from "../store/tables.ts";
import type { Changes } from "../../../lib/table.ts";

/** @throws UserNotFound (404), AccountExists (409), UsernameInvalid, UsernameMixesScripts (400) */
export const changeProfile = (
  db: IdentityDb,
  userId: string,
  changes: Changes<Account>,
): Promise<Account> =>
  db.transaction(async (tx) => {
    const person = await renameTo(db.in(tx), userId, changes);
    db.publish(tx, UserUpdated, { userId }, userId);
    return person;
  });

export async function renameTo(
  sql: Sql,
  userId: string,
  changes: Changes<Account>,
): Promise<Account> {
  const username = changes.username && normaliseUsername(changes.username);
  const named = username ? { username, usernameKey: usernameKey(username) } : {};
  const person = await Users.change(sql, userId, { ...changes, ...named }).catch(
    (error: unknown) => {
      throw isUniqueViolation(error) ? AccountExists({ taken: "username" }) : error;
    },
  );
  if (!person) throw UserNotFound({ userId });
  return person;
}
