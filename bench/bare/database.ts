/** One database with the tables of all services, each in a schema of its own, and what was in them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Client } from "pg";
import { DOMAINS } from "../../services/registry.ts";
import type { Row, Table } from "./sample.ts";

const EXTENSIONS = ["pg_trgm", "unaccent", "btree_gist", "citext"];
const BATCH = 500;

export async function makeBare(
  url: string,
  content: ReadonlyMap<Table, readonly Row[]>,
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const name of EXTENSIONS) await client.query(`create extension if not exists ${name}`);
    for (const service of DOMAINS) {
      await client.query(`create schema "${service}"; set search_path to "${service}", public`);
      for (const file of migrationsOf(service)) await client.query(textFor(service, file));
    }
    // The sample's rows satisfied their constraints when they were first inserted.
    await client.query("set session_replication_role = replica");
    for (const [table, rows] of content) await copyInto(client, table, rows);
    await client.query("reset session_replication_role");
    await client.query("vacuum analyze");
  } finally {
    await client.end();
  }
}

/** A migration whose functions look where this service's tables are. */
const textFor = (service: string, file: string): string =>
  readFileSync(file, "utf8").replaceAll(
    "set search_path = public,",
    `set search_path = "${service}", public,`,
  );

const migrationsOf = (service: string): string[] =>
  ["lib/migrations", `services/${service}/migrations`].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".sql"))
      .sort()
      .map((name) => path.join(folder, name)),
  );

async function copyInto(client: Client, table: Table, rows: readonly Row[]): Promise<void> {
  const { service, name, columns } = table;
  const names = columns.map((column) => `"${column.name}"`).join(", ");
  const arrays = columns.map((_, i) => `$${i + 1}::text[]`).join(", ");
  const casts = columns.map(({ type }, i) => `c${i}::${type}`).join(", ");
  const places = columns.map((_, i) => `c${i}`).join(", ");
  for (let at = 0; at < rows.length; at += BATCH) {
    const part = rows.slice(at, at + BATCH);
    await client.query(
      `insert into "${service}"."${name}" (${names})
       select ${casts} from unnest(${arrays}) as r (${places}) on conflict do nothing`,
      columns.map((_, i) => part.map((row) => row[i])),
    );
  }
}
