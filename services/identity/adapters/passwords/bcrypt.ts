/**
 * One bcrypt computation at a time, on the thread that calls: some 0.2 s of CPU at cost 12. Only
 * the worker calls `hashNow` and `compareNow`. It imports nothing else, so that a worker stays
 * small.
 */
import { createHash } from "node:crypto";
import { compareSync, hashSync } from "bcryptjs";

const HASH = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** A new `$2b$` hash with a salt of its own. */
export const hashNow = (password: string, cost: number): string =>
  hashSync(bcryptInput(password), cost);

export const compareNow = (password: string, hash: string): boolean =>
  compareSync(bcryptInput(password), hash);

/** The cost (log2 of the rounds) of a bcrypt hash; undefined if it is none. */
export function costOf(hash: string): number | undefined {
  const [, cost] = HASH.exec(hash) ?? [];
  return cost === undefined ? undefined : Number(cost);
}

/** A hash that costs as much as a real one to compare with, and was made from no password. */
export function hashOfNobody(cost: number): string {
  const salt = "NoSaltOfAnybodyAtAll..";
  const digest = "NobodyHasEverHadThisPassword...";
  return `$2b$${String(cost).padStart(2, "0")}$${salt}${digest}`;
}

/**
 * Returns bcrypt's input for a password. Bcrypt reads no more than 72 bytes, so a longer password
 * is hashed with SHA-384 first (64 characters of base64): every character counts, and shorter ones
 * are unchanged. So is one with NUL, at which bcrypt starts over. NFKC comes before, so that é
 * typed on a Mac and on Windows is one é (NIST SP 800-63B, 3.1.1.2).
 */
export function bcryptInput(password: string): string {
  const text = password.normalize("NFKC");
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= 72 && !bytes.includes(0)) return text;
  return createHash("sha384").update(bytes).digest("base64");
}
