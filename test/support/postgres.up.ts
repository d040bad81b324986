/**
 * One Postgres for a whole test run, as Jest's globalSetup. Tests find it in TEST_POSTGRES: the
 * superuser's URL without a database, `postgres://postgres:…@127.0.0.1:port`. TEST_DATA is a folder for
 * their data folders.
 */
import { mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startPostgres } from "../../lib/postgres/embedded.ts";
import { temporaryFolder } from "../../scripts/servers/temporary-folder.ts";
import { endPostmaster, isAlive } from "../../lib/postgres/postmaster.ts";

const PREFIX = "comptoir-test-postgres-";
const HOUR_MS = 3_600_000;

/** By this name `postgres.down.ts` finds what to do, whether or not Jest loads both the same way. */
export const DOWN = Symbol.for("comptoir.test.postgres.down");

export default async function up(): Promise<void> {
  await removeLeftovers();
  const dir = await mkdtemp(path.join(tmpdir(), PREFIX));
  await writeFile(path.join(dir, "owner"), String(process.pid));
  const postgres = await startPostgres({ dir, durable: false, maxConnections: 400 });
  process.env.TEST_POSTGRES = postgres.url("").replace(/\/$/, "");
  const data = temporaryFolder("test-data");
  process.env.TEST_DATA = data;
  // The many nodes of a run share what one of them has compiled.
  process.env.NODE_COMPILE_CACHE = path.join(data, "compile-cache");
  Object.assign(globalThis, {
    [DOWN]: async () => {
      await postgres.stop();
      await rm(data, { recursive: true, force: true });
      await rm(dir, { recursive: true, force: true });
    },
  });
}

/** A run that was interrupted had no occasion to end its server; one that still goes on keeps it. */
async function removeLeftovers(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const dir = path.join(tmpdir(), name);
    const owner = Number(await readFile(path.join(dir, "owner"), "utf8").catch(() => ""));
    if (owner > 0 ? isAlive(owner) : await isYoung(dir)) continue;
    const dataDir = await realpath(path.join(dir, "data")).catch(() => undefined);
    if (dataDir) await endPostmaster(dataDir, "pg_ctl");
    await rm(dir, { recursive: true, force: true });
  }
}

/** Its maker may be about to write its number into it. */
const isYoung = (dir: string): Promise<boolean> =>
  stat(dir).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < HOUR_MS,
    () => true,
  );
