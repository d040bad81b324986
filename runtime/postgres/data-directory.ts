/** A folder with a database in it: its password, its data folder, and who owns that. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { namesOnDisk } from "../../lib/on-disk.ts";
import { type Account, canReach, ownerOf, serverAccount, weAreRoot } from "./account.ts";
import { type Binaries, exists, findBinaries, SHARED_DIRECTORY } from "./binaries.ts";
import { isAlive } from "./postmaster.ts";

export interface DataDirectory {
  readonly dir: string;
  /** The data folder by its real path: the same however `dir` was spelled. */
  readonly dataDir: string;
  readonly password: string;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
}

/** The caller's environment (PGDATA, PGPORT, languages) must not affect the server. */
export const ENVIRONMENT = { PATH: "/usr/bin:/bin", LC_ALL: "C" };

/**
 * Creates a database in `dir`, unless it has one. Several processes may do so at once: one wins,
 * the others use its result. An interrupted creation is repeated.
 */
export async function prepareDataDirectory(
  folder: string,
  durable: boolean,
): Promise<DataDirectory> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const dir = await realpath(folder);
  // The server's account must pass through to its data; it can list nothing and read no other file.
  if (weAreRoot()) await chmod(dir, (await stat(dir)).mode | 0o011);
  const data = path.join(dir, "data");
  await refuseLost(data);
  const made = await exists(data);
  const password = await passwordIn(dir, made);
  const account = made ? await ownerOf(data) : await serverAccount();
  const binaries = await findBinaries(account, dir);
  if (!made) await makeData({ dir, data, account, binaries, password, durable });
  return { dir, dataDir: await realpath(data), password, account, binaries };
}

/** Starting empty where the data has only gone missing would look as if everything were lost. */
async function refuseLost(data: string): Promise<void> {
  const itself = await lstat(data).catch(() => undefined);
  if (itself?.isSymbolicLink() && !(await exists(data))) {
    throw new Error(
      `${data} leads to a folder that is not there. Put it back, or remove the link to start empty.`,
    );
  }
}

/** Returns the superuser's password: generated once, readable by the current user only. */
async function passwordIn(dir: string, made: boolean): Promise<string> {
  const file = path.join(dir, "password");
  const saved = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
  if (saved) return saved.trim();
  if (made) {
    throw new Error(`The password of the database is not in ${file}. Put that file back.`);
  }
  const fresh = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  await writeFile(fresh, randomBytes(24).toString("base64url"), { mode: 0o600, flush: true });
  try {
    // Unlike a rename, a link never replaces what another start wrote first.
    await link(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await unlink(fresh);
  }
  return (await readFile(file, "utf8")).trim();
}

interface Making {
  readonly dir: string;
  readonly data: string;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
  readonly password: string;
  readonly durable: boolean;
}

/** Fills a folder beside, then gives it its name: `data` is either whole or not there. */
async function makeData(making: Making): Promise<void> {
  const { dir, data, account } = making;
  await removeLeftovers(dir);
  const near = await canReach(account, dir);
  if (!near) await mkdir(SHARED_DIRECTORY, { recursive: true, mode: 0o755 });
  const name = near ? path.join(dir, `new-${process.pid}-`) : path.join(SHARED_DIRECTORY, "data-");
  const fresh = await mkdtemp(name);
  let keep = false;
  try {
    await initialise(fresh, making);
    if (near) await rename(path.join(fresh, "data"), data);
    else await symlink(path.join(fresh, "data"), data);
    keep = !near;
    if (making.durable) await namesOnDisk(dir);
  } catch (error) {
    if (!(await exists(data))) throw error;
  } finally {
    if (!keep) await rm(fresh, { recursive: true, force: true });
  }
}

/** https://www.postgresql.org/docs/18/app-initdb.html */
async function initialise(fresh: string, making: Making): Promise<void> {
  const { account, binaries, password, durable } = making;
  const passwordFile = path.join(fresh, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account) {
    await chown(passwordFile, account.uid, account.gid);
    await chown(fresh, account.uid, account.gid);
  }
  const choices = [
    `--pgdata=${path.join(fresh, "data")}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    ...(durable ? [] : ["--no-sync"]),
  ];
  await promisify(execFile)(binaries.initdb, choices, {
    cwd: fresh,
    env: ENVIRONMENT,
    ...account,
  }).catch((error: Error & { stderr?: string }) => {
    throw cannotRun(error, error.stderr);
  });
  await unlink(passwordFile);
}

/** Explains why a program of Postgres did not start, or failed. */
export function cannotRun(cause: Error & { code?: string | number }, output = ""): Error {
  const why =
    cause.code === "ENOENT"
      ? "the built-in Postgres needs a system with glibc (not musl, as in Alpine)"
      : output.trim() || cause.message;
  return new Error(
    `Postgres could not start: ${why}. Repair that, or set DATABASE_URL to a Postgres of yours.`,
    { cause },
  );
}

/** Removes the remains of killed starts, never those of a start under way. */
async function removeLeftovers(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const maker = /^new-(\d+)-/.exec(name)?.[1];
    if (maker && !isAlive(Number(maker))) {
      // An initdb that outlived its maker may still write there; what stays goes at a later start.
      const backoff = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 };
      await rm(path.join(dir, name), backoff).catch(() => {});
    }
  }
}
