/** Writing down one database as its snapshot sees it. */
import { createHash } from "node:crypto";
import type { Client } from "pg";
import type { ArchiveWriter } from "./archive.ts";
import {
  commentsOf,
  extensionsOf,
  grantsOf,
  type Schema,
  schemaOf,
  type Table,
  tablesOf,
  versionOf,
} from "./catalog.ts";
import { copyOut } from "./copy.ts";
import type { Snapshot } from "./cut.ts";
import type { DatabaseManifest } from "./manifest.ts";
import { dumped, type Program, programFor } from "./programs.ts";
import type { Source } from "./sources.ts";

/** Between statements in our files of SQL: nothing that SQL itself would contain. */
export const BREAK = "\n;\n--;;--\n";

export type Way = "auto" | "copy" | "pg_dump";

export interface Dumping {
  readonly source: Source;
  readonly snapshot: Snapshot;
  readonly archive: ArchiveWriter;
  /** "auto": pg_dump where there is one that can, else COPY. */
  readonly way: Way;
  /** Told of every block that was read. */
  readonly onBytes: (bytes: number) => void;
}

/** @throws Error when pg_dump is demanded and none is new enough */
export async function dump(dumping: Dumping): Promise<DatabaseManifest> {
  const { source, snapshot, way } = dumping;
  const { client } = snapshot;
  const { service } = source;
  const server = await versionOf(client);
  const major = Math.floor(server / 10_000);
  const program = way === "copy" ? undefined : await programFor("pg_dump", major);
  if (way === "pg_dump" && !program)
    throw new Error(
      `No pg_dump on this machine is of version ${major} or newer, as the server of ${service} ` +
        `asks for. Install postgresql-client-${major}, or do without: --with copy.`,
    );
  const tables = await tablesOf(client);
  const schema = program ? undefined : await schemaOf(client);
  const rows = program
    ? await byPgDump(dumping, program, tables)
    : await byCopy(dumping, schema ?? (await schemaOf(client)), tables);
  const grants = (await grantsOf(client)).map((grant) => JSON.stringify(grant)).join("\n");
  await dumping.archive.addText(`${service}/comments.sql`, joined(await commentsOf(client)));
  await dumping.archive.addText(`${service}/grants.jsonl`, grants);
  return {
    service,
    database: source.database,
    server,
    kind: program ? "pg_dump" : "copy",
    ...(program && { tool: program.major }),
    owner: await ownerOf(client),
    extensions: await extensionsOf(client),
    migrations: await namesIn(
      client,
      "public.migration",
      "select name from public.migration order by at, name",
    ),
    fingerprint: schema ? fingerprintOf(schema) : "",
    rows,
    ...(await feedOf(client)),
  };
}

async function byCopy(
  { source: { service }, snapshot: { client }, archive, onBytes }: Dumping,
  schema: Schema,
  tables: readonly Table[],
): Promise<Record<string, number>> {
  await archive.addText(`${service}/before.sql`, joined(schema.before));
  const rows: Record<string, number> = {};
  for (const { name, quoted, columns } of tables) {
    const blocks = copyOut(client, `copy ${quoted} ${columns} to stdout`);
    let n = 0;
    for (;;) {
      const next = await blocks.next();
      if (next.done) {
        rows[name] = next.value;
        break;
      }
      n += 1;
      onBytes(next.value.length);
      await archive.add(partOf(service, name, n), next.value);
    }
  }
  await archive.addText(`${service}/after.sql`, joined([...schema.after, ...schema.positions]));
  return rows;
}

async function byPgDump(
  { source: { service, url }, snapshot: { client, exported }, archive, onBytes }: Dumping,
  program: Program,
  tables: readonly Table[],
): Promise<Record<string, number>> {
  let n = 0;
  for await (const block of dumped(program, { url, snapshot: exported })) {
    n += 1;
    onBytes(block.length);
    await archive.add(`${service}/pg_dump.${numbered(n)}`, block);
  }
  return Object.fromEntries(await countsOf(client, tables));
}

/** One part of a table's rows; several of them one after another are all its rows. */
export const partOf = (service: string, table: string, n: number): string =>
  `${service}/rows/${table}.${numbered(n)}`;
const numbered = (n: number): string => String(n).padStart(6, "0");

/** How many rows each table has. */
export async function countsOf(
  client: Client,
  tables: readonly Table[],
): Promise<[string, number][]> {
  if (tables.length === 0) return [];
  const counts = tables.map(({ quoted }, n) => `select ${n} as n, count(*) from ${quoted}`);
  const { rows } = await client.query<{ n: number; count: string }>(counts.join(" union all "));
  return rows.map(({ n, count }) => [tables[n]?.name ?? "", Number(count)]);
}

function joined(statements: readonly string[]): string {
  const odd = statements.find((one) => one.includes(BREAK));
  if (odd !== undefined) throw new Error(`A statement holds what separates statements: ${odd}`);
  return statements.join(BREAK);
}

/** The same for the same schema, whoever asks, wherever it was made, and in whatever order. */
export function fingerprintOf({ before, after }: Schema): string {
  const plain = [...before, ...after]
    // Each time that a condition is written out and read again, it may lose brackets.
    .map((statement) => statement.replaceAll(/[\s()]+/g, ""))
    .sort();
  return createHash("sha256").update(plain.join("\n")).digest("hex");
}

/** Who owns most tables. */
async function ownerOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ owner: string }>(
    `select pg_get_userbyid(relowner) as owner from pg_class c join pg_namespace n on n.oid = relnamespace
     where relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     group by 1 order by count(*) desc, 1 limit 1`,
  );
  return rows[0]?.owner ?? "";
}

/** How far the feed of a database is, and how far it has heard those of others. */
export async function feedOf(
  client: Client,
): Promise<{ head: number; cursors: Record<string, number> }> {
  const positions = async (table: string, query: string) =>
    (await isThere(client, table))
      ? (await client.query<{ name: string; at: number }>(query)).rows
      : [];
  const [head] = await positions(
    "public.feed_head",
    "select '' as name, position::float8 as at from public.feed_head",
  );
  const cursors = await positions(
    "public.feed_cursor",
    "select producer as name, position::float8 as at from public.feed_cursor order by 1",
  );
  return {
    head: head?.at ?? 0,
    cursors: Object.fromEntries(cursors.map(({ name, at }) => [name, at])),
  };
}

async function namesIn(client: Client, table: string, query: string): Promise<string[]> {
  if (!(await isThere(client, table))) return [];
  return (await client.query<{ name: string }>(query)).rows.map(({ name }) => name);
}

async function isThere(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regclass($1) is not null as there",
    [table],
  );
  return rows[0]?.there === true;
}
