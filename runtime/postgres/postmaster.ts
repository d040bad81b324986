/** The server's process: who runs on a data folder, and how it is ended. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { open, readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** False while it recovers from a crash, or stops. */
  readonly ready: boolean;
}

/** No system gives this number to a process. */
const NOBODYS_PID = 2_147_483_647;
const FAST_LIMIT_MS = 30_000;
const IMMEDIATE_LIMIT_MS = 5_000;

/** Returns true if such a process runs. A zombie does not. */
export function isAlive(pid: number): boolean {
  if (!isListed(pid) || process.platform !== "linux") return isListed(pid);
  try {
    // The state follows the name, which is in brackets and may hold anything.
    return !/^.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Returns true if the system knows the process id: this is all that Postgres itself checks. */
function isListed(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Returns the server that runs on `dataDir`, if any. A pid file may name another process (ids are
 * reused after a restart), or a zombie (as in a container). Then it is changed to name no process
 * instead of being removed: the next server checks the shared memory that the file names for
 * orphans.
 */
export async function findPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const file = path.join(dataDir, "postmaster.pid");
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isListed(pid)) return undefined;
  if (await isPostgresOn(pid, dataDir)) {
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === "ready" };
  }
  await renounce(file, text);
  return undefined;
}

/** Writes only if the file still contains `text`: a starting server has written its own. */
async function renounce(file: string, text: string): Promise<void> {
  const handle = await open(file, "r+").catch(() => undefined);
  if (!handle) return;
  try {
    if ((await handle.readFile("utf8")) !== text) return;
    await handle.truncate();
    await handle.write(text.replace(/^\d+/, String(NOBODYS_PID)), 0);
  } finally {
    await handle.close();
  }
}

async function isPostgresOn(pid: number, dataDir: string): Promise<boolean> {
  if (process.platform !== "linux") {
    // Windows has no ps: who cannot be asked is taken for the server, and must then answer as such.
    const ps = promisify(execFile)("ps", ["-ww", "-o", "command=", "-p", String(pid)]);
    const command = await ps.then(
      (output) => output.stdout,
      () => `postgres ${dataDir}`,
    );
    return command.includes("postgres") && command.includes(dataDir);
  }
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  const words = command.split("\0");
  if (path.basename(words[0] ?? "") !== "postgres") return false;
  const given = words.includes("-D") ? words[words.indexOf("-D") + 1] : undefined;
  return given === undefined || (await realpath(given).catch(() => given)) === dataDir;
}

/** Waits until `pid` has ended. Answers false when it has not within `limitMs`. */
export async function hasEnded(pid: number, limitMs: number): Promise<boolean> {
  for (const deadline = Date.now() + limitMs; isAlive(pid); await sleep(5)) {
    if (Date.now() > deadline) return false;
  }
  return true;
}

/**
 * Ends the server on `dataDir`, if one runs: its clients are cut off and everything is written down. Only when that takes
 * longer than 30 s is it made to drop everything (the next start then recovers), and killed last.
 * https://www.postgresql.org/docs/18/server-shutdown.html
 */
export async function endPostmaster(dataDir: string, pgCtl: string): Promise<void> {
  // Looked up now: a number noted earlier may be another process by now.
  const pid = (await findPostmaster(dataDir))?.pid;
  if (pid === undefined) return;
  if (process.platform === "win32") {
    await promisify(execFile)(pgCtl, ["stop", "-D", dataDir, "-m", "fast", "-W"]).catch(() => {});
  } else signal(pid, "SIGINT");
  if (await hasEnded(pid, FAST_LIMIT_MS)) return;
  signal(pid, "SIGQUIT");
  if (await hasEnded(pid, IMMEDIATE_LIMIT_MS)) return;
  signal(pid, "SIGKILL");
  await hasEnded(pid, IMMEDIATE_LIMIT_MS);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
