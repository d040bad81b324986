/** Sessions with a database for work that may take hours, and that must not depend on its settings. */
import { Client } from "pg";

/** Whatever somebody has set for a role or a database must not change what is written down. */
const SETTINGS = [
  "statement_timeout=0",
  "lock_timeout=0",
  "idle_in_transaction_session_timeout=0",
  "default_transaction_isolation=read\\ committed",
  "default_transaction_read_only=off",
  "row_security=off",
  "timezone=UTC",
  "datestyle=ISO",
  "intervalstyle=postgres",
  "bytea_output=hex",
  "extra_float_digits=1",
  "check_function_bodies=off",
  // Every name that the server tells us is told with its schema.
  "search_path=",
];

/** Shown to operators who look who is connected. */
export const APPLICATION = "comptoir backup";

/** @throws Error with a sentence when nobody answers there, or lets us in. */
export async function connected(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: APPLICATION,
    options: SETTINGS.map((setting) => `-c ${setting}`).join(" "),
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
  });
  // Whoever uses it is told by the query that fails; without a listener the process would end.
  client.on("error", () => undefined);
  try {
    await client.connect();
    // Known from version 17 on.
    await client.query(
      `select set_config('transaction_timeout', '0', false) from pg_settings
       where name = 'transaction_timeout'`,
    );
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw new Error(`${shown(url)} cannot be reached: ${reason(error)}`, { cause: error });
  }
}

export async function withSession<T>(
  url: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connected(url);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The database of `url` as it may be printed: without the password. */
export function shown(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || 5432}${pathname}`;
}

/** The same server and account, another database. */
export function inDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

export const databaseOf = (url: string): string =>
  decodeURIComponent(new URL(url).pathname.slice(1));

const reason = (error: unknown): string => {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
};
