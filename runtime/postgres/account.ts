/** The operating system's account of the server: Postgres refuses to run as root. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const PREFERRED = ["postgres", "_postgres", "nobody"];

/** True where the server must run under another account than this process. */
export const weAreRoot = (): boolean => process.getuid?.() === 0;

/**
 * Returns the account for a new data folder: our own (`undefined`), unless we are root; then
 * `postgres`, else `nobody`, if the machine has them. Adds no user.
 */
export async function serverAccount(): Promise<Account | undefined> {
  if (!weAreRoot()) return undefined;
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  for (const name of PREFERRED) {
    const [, , uid, gid] = lines.find((line) => line[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined && Number(uid) !== 0) {
      return { uid: Number(uid), gid: Number(gid) };
    }
  }
  throw new Error(
    "Postgres does not run as root, and this machine has neither a user postgres nor a user nobody. " +
      "Start as another user, or set DATABASE_URL to a Postgres of yours.",
  );
}

/**
 * The account that an existing data folder belongs to: only that one may run it, even when the
 * machine has got a user `postgres` since.
 */
export async function ownerOf(dataDir: string): Promise<Account | undefined> {
  const { uid, gid } = await stat(dataDir);
  const us = process.getuid?.();
  if (us === undefined || uid === us) return undefined;
  if (us === 0) return { uid, gid };
  throw new Error(
    `The database in ${dataDir} belongs to another user of this machine (number ${uid}). ` +
      "Start as the one who started it first, or as root.",
  );
}

/** Returns true if `account` may enter `folder` by its permissions (not by access lists). */
export async function canReach(account: Account | undefined, folder: string): Promise<boolean> {
  if (!account) return true;
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const { uid, gid, mode } = await stat(at);
    const walk = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & walk) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}
