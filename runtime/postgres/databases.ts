/**
 * One database and its roles for each service, so that none can see the tables of another, and what
 * serves requests cannot change the tables themselves.
 */
import { Client, escapeIdentifier, escapeLiteral } from "pg";

export interface Role {
  readonly role: string;
  readonly password: string;
}
/** The role may connect to its own database and to no other. What it may do there, its owner says. */
export interface ServiceDatabase extends Role {
  readonly name: string;
  /** Owns the database and all in it, and migrates. Not named: the role itself. */
  readonly owner?: Role;
}

/** Made here because only a superuser may be sure to. */
const EXTENSIONS = ["pg_trgm", "unaccent", "btree_gist", "citext"];

/** The comment of a database in which all of the above is done. */
const DONE = `comptoir: ${EXTENSIONS.join(" ")}`;

const COMMON = ["postgres", "template1"];
const AT_ONCE = 4;
const LOCK = 0x63_6f_6d_71;

/**
 * Makes each role with its password and each database that is not there, with extensions, closed to
 * everybody else. Repeating it changes nothing but passwords that differ; several at once take turns.
 * Where a database has got another owner, all that the service's role had made goes over to it.
 * With many services it takes about as long as with few: existing ones cost one statement together.
 */
export async function createDatabases(
  superuserUrl: string,
  services: readonly ServiceDatabase[],
): Promise<void> {
  await connected(superuserUrl, async (client) => {
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    await makeRoles(client, services.flatMap(rolesOf));
    const there = await databasesThere(client);
    await closeCommon(client, [...there.values()]);
    const missing = services.filter((service) => {
      const found = there.get(service.name);
      return found?.owner !== ownerOf(service).role || found.comment !== DONE;
    });
    const make = (service: ServiceDatabase) =>
      makeDatabase(superuserUrl, service, there.has(service.name));
    await eachOf(missing, make);
  });
}

const ownerOf = (service: ServiceDatabase): Role => service.owner ?? service;
const rolesOf = (service: ServiceDatabase): Role[] =>
  service.owner ? [service.owner, service] : [service];

async function makeRoles(client: Client, roles: readonly Role[]): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>("select rolname from pg_roles");
  const known = new Set(rows.map((row) => row.rolname));
  const statements = roles.map(({ role, password }) => {
    const verb = known.has(role) ? "alter" : "create";
    known.add(role);
    return `${verb} role ${escapeIdentifier(role)} login password ${escapeLiteral(password)}`;
  });
  if (statements.length > 0) await client.query(statements.join(";"));
}

interface There {
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  /** True if every role may connect to it. */
  readonly open: boolean;
}

async function databasesThere(client: Client): Promise<Map<string, There>> {
  const { rows } = await client.query<There>(
    `select datname as name, pg_get_userbyid(datdba) as owner,
            shobj_description(oid, 'pg_database') as comment,
            has_database_privilege('public', oid, 'connect') as open from pg_database`,
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** Closes the databases that every server has to all but the superuser. */
async function closeCommon(client: Client, there: readonly There[]): Promise<void> {
  const open = there.filter((one) => COMMON.includes(one.name) && one.open);
  for (const { name } of open)
    await client.query(
      `revoke connect, temporary on database ${escapeIdentifier(name)} from public`,
    );
}

/** The comment comes last: what was interrupted is done again, and each step may be repeated. */
async function makeDatabase(
  superuserUrl: string,
  service: ServiceDatabase,
  there: boolean,
): Promise<void> {
  const name = escapeIdentifier(service.name);
  const role = escapeIdentifier(service.role);
  const owner = escapeIdentifier(ownerOf(service).role);
  if (!there) {
    await connected(superuserUrl, async (client) => {
      await client.query(`create database ${name} owner ${owner} template template0`);
    });
  }
  const url = new URL(superuserUrl);
  url.pathname = encodeURIComponent(service.name);
  await connected(url.href, async (client) => {
    const extensions = EXTENSIONS.map((one) => `create extension if not exists ${one}`);
    await client.query(
      [
        ...(service.owner ? [`reassign owned by ${role} to ${owner}`] : []),
        `alter database ${name} owner to ${owner}`,
        // No table that a session makes for itself may stand before one of ours.
        `alter database ${name} set search_path = public, pg_temp`,
        `revoke connect, temporary on database ${name} from public`,
        // Temporary tables are where the checks of invariants put what they compare.
        `grant connect, temporary on database ${name} to ${role}`,
        ...extensions,
        `comment on database ${name} is ${escapeLiteral(DONE)}`,
      ].join(";"),
    );
  });
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // The next statement reports an error that occurs between two statements.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A few at a time: the server has other things to do, and few connections to give. */
async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
