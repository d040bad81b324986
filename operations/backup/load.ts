/** Making one database of a backup again, in a new and empty one. */
import path from "node:path";
import { type Client, escapeIdentifier } from "pg";
import { apply } from "./apply.ts";
import type { Entry } from "./archive.ts";
import { contentOf, textOf } from "./unpack.ts";
import { type Grant, schemaOf, type Table, tablesOf, versionOf } from "./catalog.ts";
import { copyIn } from "./copy.ts";
import { BREAK, countsOf, fingerprintOf } from "./dump.ts";
import { ARCHIVE, type DatabaseManifest, entryOf, type Manifest } from "./manifest.ts";
import { programFor, undumped } from "./programs.ts";
import { withSession } from "./session.ts";

export interface Loading {
  /** Of the backup. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly database: DatabaseManifest;
  /** A new and empty database, for somebody who may become `role`. */
  readonly url: string;
  /** Who owns what is made. */
  readonly role: string;
  readonly onBytes: (bytes: number) => void;
}

/**
 * All of it or nothing. What comes out is compared with what went in: rows of each table and, where
 * both servers are of one version, the schema. @throws Error when anything is not the same
 */
export async function load(loading: Loading): Promise<void> {
  const { database, url, role } = loading;
  await withSession(url, async (client) => {
    for (const { name, schema } of database.extensions)
      await client.query(
        `create schema if not exists ${escapeIdentifier(schema)};
         create extension if not exists ${escapeIdentifier(name)} with schema ${escapeIdentifier(schema)}`,
      );
    if (database.kind === "pg_dump") await byPgRestore(loading);
    await client.query("begin");
    await client.query(`set local role ${escapeIdentifier(role)}`);
    if (database.kind === "copy") await byCopy(client, loading);
    await apply(client, await statementsIn(loading, "comments.sql"));
    await grant(client, loading);
    await client.query("commit");
    const tables = await tablesOf(client);
    await assertSame(client, database, tables);
    // Without it, the first queries would be planned as if the tables were empty.
    if (tables.length > 0)
      await client.query(`analyze ${tables.map(({ quoted }) => quoted).join(", ")}`);
  });
}

async function byCopy(client: Client, loading: Loading): Promise<void> {
  const { folder, manifest, database, onBytes } = loading;
  const archive = path.join(folder, ARCHIVE);
  const { service } = database;
  await client.query("set local maintenance_work_mem = '128MB'");
  await apply(client, await statementsIn(loading, "before.sql"));
  for (const { name, quoted, columns } of await tablesOf(client)) {
    const parts = partsOf(manifest, `${service}/rows/${name}.`);
    const rows = read(archive, parts, onBytes);
    if (parts.length > 0) await copyIn(client, `copy ${quoted} ${columns} from stdin`, rows);
  }
  await apply(client, await statementsIn(loading, "after.sql"));
}

async function statementsIn(
  { folder, manifest, database: { service } }: Loading,
  name: string,
): Promise<string[]> {
  const text = await textOf(path.join(folder, ARCHIVE), entryOf(manifest, `${service}/${name}`));
  return text === "" ? [] : text.split(BREAK);
}

async function byPgRestore({ folder, manifest, database, url, role, onBytes }: Loading) {
  const { service, tool = 0, server } = database;
  const program = await programFor("pg_restore", tool);
  if (!program)
    throw new Error(
      `${service} was written down by pg_dump ${tool}. Install postgresql-client-${tool} ` +
        "(or newer) to read it.",
    );
  const target = await withSession(url, versionOf);
  if (Math.floor(target / 10_000) < Math.floor(server / 10_000))
    throw new Error(`The server is older than the one that ${service} comes from.`);
  const parts = partsOf(manifest, `${service}/pg_dump.`);
  const source = read(path.join(folder, ARCHIVE), parts, onBytes);
  await undumped(program, { url, role, source });
}

/** Parts are numbered with six digits; the name of a table may begin like another one's. */
const partsOf = ({ entries }: Manifest, prefix: string): Entry[] =>
  entries
    .filter(({ name }) => name.startsWith(prefix) && /^\d{6}$/.test(name.slice(prefix.length)))
    .sort((a, b) => a.name.localeCompare(b.name));

async function* read(
  archive: string,
  parts: readonly Entry[],
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (const part of parts) {
    yield* contentOf(archive, part);
    onBytes(part.bytes);
  }
}

/** To roles that are here; those of another company need not be. */
async function grant(client: Client, { folder, manifest, database }: Loading): Promise<void> {
  const entry = entryOf(manifest, `${database.service}/grants.jsonl`);
  const text = await textOf(path.join(folder, ARCHIVE), entry);
  const grants = text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Grant);
  const { rows } = await client.query<{ rolname: string }>("select rolname from pg_roles");
  const here = new Set(["public", ...rows.map(({ rolname }) => rolname)]);
  await apply(
    client,
    grants.filter(({ role }) => here.has(role)).map(({ statement }) => statement),
  );
}

async function assertSame(
  client: Client,
  database: DatabaseManifest,
  tables: readonly Table[],
): Promise<void> {
  const { service, rows, kind, server, fingerprint } = database;
  const left = new Map(Object.entries(rows));
  for (const [name, found] of await countsOf(client, tables)) {
    if (left.get(name) !== found)
      throw new Error(
        `${service}: ${name} has ${found} rows, not the ${left.get(name) ?? 0} it had.`,
      );
    left.delete(name);
  }
  if (left.size > 0)
    throw new Error(`${service}: ${[...left.keys()].join(", ")} could not be made again.`);
  const sameVersion =
    Math.floor((await versionOf(client)) / 10_000) === Math.floor(server / 10_000);
  if (kind !== "copy" || !sameVersion) return;
  if (fingerprintOf(await schemaOf(client)) !== fingerprint)
    throw new Error(`${service}: its schema did not become again what it was.`);
}
