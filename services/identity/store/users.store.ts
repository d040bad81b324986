/** People's accounts. All but the last-administrator lock see open accounts only. */
import type { Sql } from "../../../lib/sql.ts";
import type { Person } from "./tables.ts";

const PERSON = `id, username, email, roles, stores, language, first_name as "firstName",
  last_name as "lastName", created_at as "createdAt"`;

export interface Account extends Person {
  readonly passwordHash: string | null;
  readonly signedInAt: Date | null;
}
const ACCOUNT = `${PERSON}, password_hash as "passwordHash", signed_in_at as "signedInAt"`;

export interface NewAccount {
  readonly id: string;
  readonly username: string;
  readonly usernameKey: string;
  readonly email: string;
  readonly passwordHash: string | null;
  readonly roles: readonly string[];
  readonly stores: readonly string[];
  readonly language: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

export const findPerson = (sql: Sql, id: string): Promise<Person | undefined> =>
  sql.row<Person>(`select ${PERSON} from users where id = $1 and active`, [id]);

export const findAccount = (sql: Sql, id: string): Promise<Account | undefined> =>
  sql.row<Account>(`select ${ACCOUNT} from users where id = $1 and active`, [id]);

export const findAccountByEmail = (sql: Sql, email: string): Promise<Account | undefined> =>
  sql.row<Account>(`select ${ACCOUNT} from users where email = $1 and active`, [email]);

/** Until the transaction ends nobody else changes the account, signs in to it or closes it. */
export const lockAccount = (sql: Sql, id: string): Promise<Account | undefined> =>
  sql.row<Account>(`select ${ACCOUNT} from users where id = $1 and active for update`, [id]);

/** Who has this address or this name already; who has the address comes first. */
export const findTaken = (sql: Sql, email: string, usernameKey: string) =>
  sql.row<{ id: string; email: string }>(
    `select id, email from users where active and (email = $1 or username_key = $2)
     order by email = $1 desc limit 1`,
    [email, usernameKey],
  );

/** Undefined when the address or the name is taken. */
export const insertAccount = (sql: Sql, account: NewAccount): Promise<Person | undefined> =>
  sql.row<Person>(
    `insert into users (id, username, username_key, email, password_hash, roles, stores, language,
                        first_name, last_name)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict do nothing returning ${PERSON}`,
    [
      account.id,
      account.username,
      account.usernameKey,
      account.email,
      account.passwordHash,
      account.roles,
      account.stores,
      account.language,
      account.firstName,
      account.lastName,
    ],
  );

/** What a person shows of themselves. Null for a name removes it, undefined leaves it. */
export interface Profile {
  readonly username?: string | undefined;
  readonly usernameKey?: string | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly language?: string | undefined;
}

/** @throws a unique violation when the name is taken */
export const updateProfile = (sql: Sql, id: string, profile: Profile) =>
  sql.row<Person>(
    `update users set username = coalesce($2, username), username_key = coalesce($3, username_key),
       first_name = case when $4 then $5 else first_name end,
       last_name = case when $6 then $7 else last_name end,
       language = coalesce($8, language), version = version + 1
     where id = $1 and active returning ${PERSON}`,
    [
      id,
      profile.username ?? null,
      profile.usernameKey ?? null,
      profile.firstName !== undefined,
      profile.firstName ?? null,
      profile.lastName !== undefined,
      profile.lastName ?? null,
      profile.language ?? null,
    ],
  );

export const updateRoles = (
  sql: Sql,
  id: string,
  roles: readonly string[],
  stores: readonly string[],
) =>
  sql.row<Person>(
    `update users set roles = $2, stores = $3, version = version + 1
     where id = $1 and active returning ${PERSON}`,
    [id, roles, stores],
  );

/** Only while it is the hash that was judged. */
export const updatePassword = (sql: Sql, id: string, before: string | null, after: string) =>
  sql.run(
    `update users set password_hash = $3, version = version + 1
     where id = $1 and active and password_hash is not distinct from $2`,
    [id, before, after],
  );

export const noteSignIn = (sql: Sql, id: string, at: Date) =>
  sql.run("update users set signed_in_at = $2 where id = $1 and active", [id, at]);

/** What stands where a name and an address were. */
const ERASED = { username: "erased", email: "erased@erased.invalid" } as const;

/** What was kept beside the account: where its owner was, and answers that showed it. May be repeated. */
export async function eraseTraces(sql: Sql, { id, email }: Pick<Account, "id" | "email">) {
  await sql.run("delete from sessions where user_id = $1", [id]);
  await sql.run("delete from login_attempts where account = $1", [email]);
  await sql.run(
    `update idempotency set answer = answer - '{firstName,lastName}'::text[] || $2::jsonb
     where answer->>'id' = $1`,
    [id, JSON.stringify(ERASED)],
  );
}

/** The account stays as a fact, without its name and address. */
export const closeAccount = (sql: Sql, id: string, at: Date) =>
  sql.run(
    `update users set active = false, closed_at = $2, password_hash = null, version = version + 1,
       username = $3, username_key = $3, email = $4, first_name = null, last_name = null
     where id = $1 and active`,
    [id, at, ERASED.username, ERASED.email],
  );

/** One at a time take administrators away: two who remove each other must not both succeed. */
export async function lockAdministrators(sql: Sql): Promise<void> {
  await sql.run("select pg_advisory_xact_lock(hashtext('identity.administrators'))");
}
export const isAnotherAdministrator = async (sql: Sql, id: string): Promise<boolean> =>
  (await sql.row("select 1 as one from users where active and 'admin' = any(roles) and id <> $1", [
    id,
  ])) !== undefined;
