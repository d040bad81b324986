/** Verifying backups: every byte is read again, and what comes out of it is looked at. */
import path from "node:path";
import { escapeIdentifier } from "pg";
import type { EmbeddedPostgres } from "../../runtime/postgres/embedded.ts";
import { textOf } from "./unpack.ts";
import type { Grant } from "./catalog.ts";
import { feedOf } from "./dump.ts";
import { type Backup, backupsIn, removeOld } from "./folder.ts";
import { assess } from "./assess.ts";
import { load } from "./load.ts";
import {
  ARCHIVE,
  checkHashes,
  type DatabaseManifest,
  entryOf,
  type Manifest,
  readManifest,
} from "./manifest.ts";
import { makeLike } from "./mirror.ts";
import { progressOf } from "./progress.ts";
import { withScratch } from "./scratch.ts";
import { withSession } from "./session.ts";
import { servicesWithDatabase } from "./sources.ts";

interface Verifying {
  readonly say: (line: string) => void;
  /** Given: old ones are removed, and only good ones are counted. */
  readonly limits?: { readonly keep: number; readonly days?: number };
}

/** Verifies the backups in `folders`, or all in `into`. Tells whether all are good. */
export async function verifyAll(
  into: string,
  folders: readonly string[],
  { say, limits }: Verifying,
): Promise<boolean> {
  const known = folders.length > 0 ? folders : (await backupsIn(into)).map(({ folder }) => folder);
  if (known.length === 0) {
    say(`There are no backups in ${into}.`);
    return false;
  }
  const good = new Set<string>();
  await withScratch(async (postgres) => {
    for (const folder of known) {
      try {
        await verify(folder, postgres, say);
        good.add(path.resolve(folder));
      } catch (error) {
        say(`✗ ${folder}: ${(error as Error).message}`);
      }
    }
  });
  if (limits) {
    const isGood = ({ folder }: Backup) => good.has(path.resolve(folder));
    for (const name of await removeOld(into, limits, isGood))
      say(`Removed ${name}, which was old.`);
  }
  return good.size === known.length;
}

/** @throws Error that says what is wrong with it */
export async function verify(
  folder: string,
  postgres: EmbeddedPostgres,
  say: (line: string) => void,
): Promise<void> {
  const manifest = await readManifest(folder);
  await checkHashes(folder, manifest);
  const progress = progressOf(
    "Verify",
    manifest.entries.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  for (const database of manifest.databases)
    await restoreAside({ folder, manifest, database, postgres, onBytes: progress.add });
  progress.end();
  const rows = manifest.databases.flatMap((one) => Object.values(one.rows));
  const sum = rows.reduce((all, n) => all + n, 0);
  const services = manifest.databases.map(({ service }) => service);
  const missing = servicesWithDatabase().filter((name) => !services.includes(name));
  const about = `${services.length} databases, ${sum} rows as they were`;
  if (missing.length > 0) {
    say(`✓ ${folder}: ${about}. Without ${missing.join(", ")}, the whole cannot be judged.`);
    return;
  }
  const { findings, problems, underWay } = await assess(
    (service) => postgres.url(service),
    services,
  );
  const output = problems.map(({ id, says, count }) => `${id} (${says}): ${count}`);
  if (problems.length > 0) throw new Error(`these do not hold: ${output.join("; ")}.`);
  const open = underWay.map(({ id }) => id).join(", ");
  say(
    `✓ ${folder}: ${about}, ${findings.length - underWay.length} checks hold` +
      (open === "" ? "." : `; work was under way, so that ${open} could not be judged.`),
  );
}

interface Aside {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly database: DatabaseManifest;
  readonly postgres: EmbeddedPostgres;
  readonly onBytes: (bytes: number) => void;
}

async function restoreAside(aside: Aside): Promise<void> {
  const { folder, manifest, database, postgres, onBytes } = aside;
  const { service, owner, head, cursors } = database;
  const role = owner || "postgres";
  const roles = new Set([role, ...(await rolesIn(aside))]);
  await withSession(postgres.url("postgres"), async (client) => {
    const { rows } = await client.query<{ rolname: string }>("select rolname from pg_roles");
    for (const { rolname } of rows) roles.delete(rolname);
    for (const name of roles) await client.query(`create role ${escapeIdentifier(name)}`);
    await makeLike(client, service);
    await client.query(
      `alter database ${escapeIdentifier(service)} owner to ${escapeIdentifier(role)}`,
    );
  });
  const url = postgres.url(service);
  await load({ folder, manifest, database, url, role, onBytes });
  const feed = await withSession(url, feedOf);
  if (JSON.stringify(feed) !== JSON.stringify({ head, cursors }))
    throw new Error(`the feed of ${service} is not where the manifest says.`);
}

/** So that rights can be given as they were. */
async function rolesIn({ folder, manifest, database }: Aside): Promise<string[]> {
  const entry = entryOf(manifest, `${database.service}/grants.jsonl`);
  const text = await textOf(path.join(folder, ARCHIVE), entry);
  const grants = text.split("\n").filter(Boolean);
  return grants.map((line) => (JSON.parse(line) as Grant).role).filter((role) => role !== "public");
}
