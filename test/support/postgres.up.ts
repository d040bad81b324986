/**
 * One Postgres for a whole test run, as Jest's globalSetup. Tests find it in TEST_POSTGRES: the
 * superuser's URL without a database, `postgres://postgres:…@127.0.0.1:port`. TEST_DATA is a folder for
 * their data folders.
 */
import {
  chmod,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  statfs,
  writeFile,
} from "node:fs/promises";
import { freemem, tmpdir } from "node:os";
import path from "node:path";
import { startPostgres } from "../../runtime/postgres/embedded.ts";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";
import { endPostmaster, isAlive } from "../../runtime/postgres/postmaster.ts";

const RUN = "comptoir-test-run-";
const PREFIX = "comptoir-test-postgres-";
const HOUR_MS = 3_600_000;

/** `postgres.down.ts` finds its work by this name, even if Jest loads the two separately. */
export const DOWN = Symbol.for("comptoir.test.postgres.down");

export default async function up(): Promise<void> {
  const memory = await useMemory();
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
      if (memory !== undefined) await rm(memory, { recursive: true, force: true });
    },
  });
}

const MEMORY = "/dev/shm";
const GB = 1_073_741_824;

/**
 * Some two thousand databases are made and thrown away in a run, 300 files each: where there is memory
 * for them, all folders of the run are there. On a disk it takes half as long again.
 */
async function useMemory(): Promise<string | undefined> {
  if (process.env.TMPDIR !== undefined) return undefined;
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  if (bavail * bsize < 4 * GB || freemem() < 8 * GB) return undefined;
  await removeAbandoned(MEMORY);
  const folder = await mkdtemp(path.join(MEMORY, RUN));
  await writeFile(path.join(folder, "owner"), String(process.pid));
  // A Postgres that runs as another user passes through it.
  await chmod(folder, 0o711);
  process.env.TMPDIR = folder;
  return folder;
}

async function removeAbandoned(place: string): Promise<void> {
  const names = (await readdir(place)).filter((name) => name.startsWith(RUN));
  for (const dir of names.map((name) => path.join(place, name))) {
    if (await isOwned(dir)) continue;
    for (const name of await readdir(dir)) await endLeftover(path.join(dir, name));
    await rm(dir, { recursive: true, force: true });
  }
}

/** A run that was interrupted had no occasion to end its server; one that still goes on keeps it. */
async function removeLeftovers(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const dir = path.join(tmpdir(), name);
    if (await isOwned(dir)) continue;
    await endLeftover(dir);
    await rm(dir, { recursive: true, force: true });
  }
}

async function isOwned(dir: string): Promise<boolean> {
  const owner = Number(await readFile(path.join(dir, "owner"), "utf8").catch(() => ""));
  return owner > 0 ? isAlive(owner) : isYoung(dir);
}

async function endLeftover(dir: string): Promise<void> {
  const dataDir = await realpath(path.join(dir, "data")).catch(() => undefined);
  if (dataDir) await endPostmaster(dataDir, "pg_ctl");
}

/** Its maker may be about to write its number into it. */
const isYoung = (dir: string): Promise<boolean> =>
  stat(dir).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < HOUR_MS,
    () => true,
  );
