/** Makes accounts. */
import { v7 } from "uuid";
import { AccountExists, UserRegistered } from "../identity.contract.ts";
import { normaliseEmail, normaliseUsername, usernameKey } from "../domain/account.ts";
import { checkPassword } from "../adapters/passwords/policy.ts";
import type { IdentityDb, IdentityService } from "../identity.types.ts";
import { type Account, type NewAccount, Users } from "../store/tables.ts";
import type { Tx } from "../../../lib/sql.ts";
import { findTaken } from "../store/users.store.ts";

interface Wanted {
  readonly username: string;
  readonly email: string;
  readonly password?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly stores?: readonly string[] | undefined;
  readonly language: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}
export type CheckedAccount = Omit<NewAccount, "id" | "passwordHash">;

/** The account as it would be. @throws what is wrong with name, address or password (400) */
export function checkAccount({ password, ...wanted }: Wanted): CheckedAccount {
  const username = normaliseUsername(wanted.username);
  const email = normaliseEmail(wanted.email);
  if (password !== undefined) checkPassword(password, { username, email });
  return {
    username,
    usernameKey: usernameKey(username),
    email,
    roles: [...new Set(wanted.roles ?? ["user"])],
    stores: [...new Set(wanted.stores)],
    language: wanted.language,
    ...(wanted.firstName !== undefined && { firstName: wanted.firstName }),
    ...(wanted.lastName !== undefined && { lastName: wanted.lastName }),
  };
}

/** Hashes the account's password: some 0.2 s on another thread. @throws PasswordsBusy (503) */
export const hashed = async (
  { passwords }: IdentityService,
  account: CheckedAccount,
  password: string | undefined,
): Promise<NewAccount> => ({
  ...account,
  id: v7(),
  ...(password !== undefined && { passwordHash: await passwords.hash(password) }),
});

/** Spares the hashing for what is taken already. @throws AccountExists (409) */
export async function assertFree(sql: IdentityDb["sql"], account: CheckedAccount): Promise<void> {
  const taken = await findTaken(sql, account.email, account.usernameKey);
  if (taken) throw AccountExists({ taken: taken.email === account.email ? "email" : "username" });
}

/** Creates the account and publishes it. @throws AccountExists (409) */
export async function makeAccount(db: IdentityDb, tx: Tx, account: NewAccount): Promise<Account> {
  const made = await Users.insert(db.in(tx), account);
  if (!made) {
    await assertFree(db.in(tx), account);
    throw AccountExists({ taken: "username" });
  }
  db.publish(tx, UserRegistered, { userId: made.id }, made.id);
  return made;
}
