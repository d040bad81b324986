/** Where a backup is restored to: databases of services, and an account that may exchange them. */
import { type Client, escapeIdentifier } from "pg";
import { startDatabases } from "../../runtime/node/databases.ts";
import { UserError } from "../client/api-client.ts";
import { type Facts, factsOf } from "./mirror.ts";
import { connected, inDatabase, shown, withSession } from "./session.ts";
import { findElsewhere, servicesWithDatabase, type Wanted } from "./sources.ts";

export interface Target {
  readonly service: string;
  readonly database: string;
  /** Of its server, in a database that is none of ours; one session for all on that server. */
  readonly admin: Client;
  /** The same account in another database of the server. */
  readonly urlOf: (database: string) => string;
  /** Undefined: there is no such database yet. */
  readonly facts: Facts | undefined;
}
export interface Targets {
  readonly kind: "embedded" | "addresses" | "containers";
  /** All services of this program, also those that are not restored. */
  readonly all: readonly Target[];
  end(): Promise<void>;
}

/** The embedded Postgres is started, and made if need be: no company can run on it meanwhile. */
export async function findTargets(
  wanted: Omit<Wanted, "only">,
  say: (line: string) => void,
): Promise<Targets> {
  const known = servicesWithDatabase();
  const sources = await findElsewhere(wanted, say);
  const embedded = sources ? undefined : await startDatabases(known, () => undefined);
  const addresses =
    sources?.all ??
    known.map((service) => ({ service, database: service, url: embedded?.url(service) ?? "" }));
  const admins = new Map<string, Client>();
  const end = async () => {
    await Promise.all([...admins.values()].map((client) => client.end().catch(() => undefined)));
    await embedded?.stop();
  };
  try {
    const all: Target[] = [];
    for (const { service, database, url } of addresses) {
      const server = new URL(url).host;
      const admin = admins.get(server) ?? (await administrator(url));
      admins.set(server, admin);
      const facts = await factsOf(admin, database);
      all.push({ service, database, admin, facts, urlOf: (other) => inDatabase(url, other) });
    }
    return { kind: sources?.kind ?? "embedded", all, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** @throws UserError when this account may not make databases */
async function administrator(url: string): Promise<Client> {
  const client = await connected(inDatabase(url, "postgres")).catch((error: unknown) => {
    throw new UserError(`${(error as Error).message}. ${NEEDED}`);
  });
  const { rows } = await client.query<{ may: boolean }>(
    "select rolcreatedb or rolsuper as may from pg_roles where rolname = current_user",
  );
  if (rows[0]?.may) return client;
  await client.end();
  throw new UserError(`The account for ${shown(url)} may not make databases. ${NEEDED}`);
}
const NEEDED =
  "Name one that may, with {service} as the database: --to postgres://postgres:…@host/{service}, " +
  "or BACKUP_DATABASE_URL.";

/** Removes what restores have replaced and kept. */
export async function removeReplaced({ all }: Targets): Promise<string[]> {
  const removed: string[] = [];
  for (const { admin, database } of all) {
    const { rows } = await admin.query<{ datname: string }>(
      "select datname from pg_database where starts_with(datname, $1) order by 1",
      [`${database}_before_`],
    );
    for (const { datname } of rows) {
      await admin.query(`drop database ${escapeIdentifier(datname)} with (force)`);
      removed.push(datname);
    }
  }
  return removed;
}

/** Whether there is anything in it that would be lost. */
export async function hasData({ facts, database, urlOf }: Target): Promise<boolean> {
  if (!facts) return false;
  // One that nobody may enter: a restore was interrupted there, and who knows what it is.
  if (facts.row.datallowconn === false) return true;
  return withSession(urlOf(database), async (client) => {
    const { rows } = await client.query<{ any: boolean }>(
      `select exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
         as any`,
    );
    return rows[0]?.any === true;
  });
}

/** Who is connected, as `3 × comptoir-orders`; nobody: "". */
export async function connectedTo({ admin, database }: Target): Promise<string> {
  const { rows } = await admin.query<{ name: string; n: number }>(
    `select coalesce(nullif(application_name, ''), 'unknown') as name, count(*)::int as n
     from pg_stat_activity
     where datname = $1 and backend_type = 'client backend' and pid <> pg_backend_pid()
     group by 1 order by 1`,
    [database],
  );
  return rows.map(({ name, n }) => `${n} × ${name}`).join(", ");
}
