/** SQL beside the table of accounts: what Postgres decides, and rows that belong to an account. */
import type { Sql } from "../../../lib/sql.ts";
import { type Account, Users } from "./tables.ts";

/** Finds accounts with this address or this name; the one with the address comes first. */
export const findTaken = (sql: Sql, email: string, usernameKey: string) =>
  sql.row<{ id: string; email: string }>(
    `select id, email from users where active and (email = $1 or username_key = $2)
     order by email = $1 desc limit 1`,
    [email, usernameKey],
  );

/** Changes the password only while `before` is still its hash. */
export const updatePassword = (sql: Sql, id: string, before: string | null, after: string) =>
  sql.run(
    `update users set password_hash = $3, version = version + 1
     where id = $1 and active and password_hash is not distinct from $2`,
    [id, before, after],
  );

export const noteSignIn = (sql: Sql, id: string, at: Date) =>
  sql.run("update users set signed_in_at = $2 where id = $1 and active", [id, at]);

/** Replaces an erased person's name and address. */
const ERASED = { username: "erased", email: "erased@erased.invalid" } as const;

/** Deletes the account's sessions, sign-in attempts and names in saved answers; repeatable. */
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
  Users.change(sql, id, {
    active: false,
    closedAt: at.toISOString(),
    passwordHash: null,
    username: ERASED.username,
    usernameKey: ERASED.username,
    email: ERASED.email,
    firstName: null,
    lastName: null,
  });

/** One at a time take administrators away: two who remove each other must not both succeed. */
export async function lockAdministrators(sql: Sql): Promise<void> {
  await sql.run("select pg_advisory_xact_lock(hashtext('identity.administrators'))");
}
export const isAnotherAdministrator = async (sql: Sql, id: string): Promise<boolean> =>
  (await sql.row("select 1 as one from users where active and 'admin' = any(roles) and id <> $1", [
    id,
  ])) !== undefined;
