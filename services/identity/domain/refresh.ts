/**
 * Rotating refresh tokens (RFC 9700, 4.14.2): each is used once and replaced by its successor. A
 * second, later use proves a copy, and revokes the whole family.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { ABSOLUTE_MS, IDLE_MS } from "./sessions.ts";

/** For so long a lost answer may be asked for again. */
const GRACE_MS = 10_000;

interface RefreshToken {
  /** 256 bits as 43 characters of base64url; only its owner has it. */
  readonly token: string;
  /** The stored hash: SHA-256, hexadecimal. 256 random bits need no slow hash. */
  readonly hash: string;
}

/** A stored token, joined with two columns of its family and of its successor. */
export interface RefreshRow {
  readonly issuedAt: Date;
  /** When the family's first token was given: the sign-in. */
  readonly familyStartedAt: Date;
  readonly rotatedAt?: Date | undefined;
  /** The successor has been shown to us: its owner has it, so no answer was lost. */
  readonly successorUsed: boolean;
  /** The token or its whole family was revoked. */
  readonly revokedAt?: Date | undefined;
}

/**
 * `rotate`: issue the successor and set `rotatedAt`. `replay`: answer the same successor again,
 * write nothing. `reuse`: revoke the family and publish `token.reuse_detected`. All but the first
 * two are refused.
 */
export type RefreshDecision = "rotate" | "replay" | "reuse" | "expired" | "revoked";

/**
 * Decides about a token that a client sends at `now`. The row must be locked (`FOR UPDATE`): of
 * twenty concurrent requests one rotates and the others are replays of it.
 */
export function decide(row: RefreshRow, now: Date): RefreshDecision {
  const passed = (since: Date) => now.getTime() - since.getTime();
  if (row.revokedAt) return "revoked";
  if (passed(row.familyStartedAt) >= ABSOLUTE_MS) return "expired";
  if (row.rotatedAt) {
    const isRetry = passed(row.rotatedAt) <= GRACE_MS && !row.successorUsed;
    return isRetry ? "replay" : "reuse";
  }
  return passed(row.issuedAt) >= IDLE_MS ? "expired" : "rotate";
}

/** The first token of a new family. `entropy` are 32 bytes of chance; say them only in tests. */
export function newRefreshToken(entropy: Uint8Array = randomBytes(32)): RefreshToken {
  return withHash(Buffer.from(entropy).toString("base64url"));
}

/** The hash to look a token up by; undefined for what cannot be one of ours. */
export const hashOfRefreshToken = (token: string): string | undefined =>
  /^[\w-]{43}$/.test(token) ? withHash(token).hash : undefined;

/**
 * Returns the one successor of a token: its HMAC-SHA256 under a server key, `derived("refresh")` of
 * the key ring. A client whose answer was lost gets the same one again, from any node, though only
 * hashes are stored; and twenty concurrent requests can make only one.
 * This is as safe as a random one. A copy of the database has only hashes. A thief of a token
 * cannot compute its successor without the key, because HMAC under an unknown key is pseudorandom;
 * they can only send it to us, where rotation and reuse are detected. A thief of the key could sign
 * access tokens anyway.
 */
export function successorOf(token: string, key: Uint8Array): RefreshToken {
  const digest = createHmac("sha256", key).update(`refresh-successor\0${token}`).digest();
  return newRefreshToken(digest);
}

/**
 * The successor again whose hash was stored, under whichever of `keys` (newest first) it was made:
 * the secret may have been changed between the two answers. Undefined if it was under none.
 */
export function sameSuccessor(
  token: string,
  storedHash: string,
  keys: readonly Uint8Array[],
): RefreshToken | undefined {
  return keys.map((key) => successorOf(token, key)).find(({ hash }) => hash === storedHash);
}

const withHash = (token: string): RefreshToken => ({
  token,
  hash: createHash("sha256").update(token).digest("hex"),
});
