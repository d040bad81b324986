/** Changes what people show of themselves. */
import { isUniqueViolation, type Sql } from "../../../lib/sql.ts";
import { AccountExists, UserNotFound, UserUpdated } from "../identity.contract.ts";
import { normaliseUsername, usernameKey } from "../domain/account.ts";
import type { IdentityDb } from "../identity.types.ts";
import type { Person } from "../store/tables.ts";
import { type Profile, updateProfile } from "../store/users.store.ts";

type Changes = Omit<Profile, "usernameKey">;

/** @throws UserNotFound (404), AccountExists (409), UsernameInvalid, UsernameMixesScripts (400) */
export const changeProfile = (db: IdentityDb, userId: string, changes: Changes): Promise<Person> =>
  db.transaction(async (tx) => {
    const person = await renameTo(db.in(tx), userId, changes);
    db.publish(tx, UserUpdated, { userId }, userId);
    return person;
  });

export async function renameTo(sql: Sql, userId: string, changes: Changes): Promise<Person> {
  const username = changes.username === undefined ? undefined : normaliseUsername(changes.username);
  const profile = {
    ...changes,
    ...(username !== undefined && { username, usernameKey: usernameKey(username) }),
  };
  const person = await updateProfile(sql, userId, profile).catch((error: unknown) => {
    throw isUniqueViolation(error) ? AccountExists({ taken: "username" }) : error;
  });
  if (!person) throw UserNotFound({ userId });
  return person;
}
