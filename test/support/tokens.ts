/** Access tokens of people who need not exist, signed as identity signs them. */
import { v7 } from "uuid";
import { config } from "../../config.ts";
import { keys } from "../../lib/principal.ts";
import { signToken } from "../../lib/token.ts";

export interface Bearer {
  readonly roles: readonly string[];
  readonly id?: string;
  readonly stores?: readonly string[];
  readonly sessionId?: string;
}

/** Each call is another session, unless one is named. */
export function aToken(
  { roles, id = v7(), stores = [], sessionId = v7() }: Bearer,
  { nowMs = Date.now(), ttlSeconds = 600 }: { nowMs?: number; ttlSeconds?: number } = {},
): string {
  return signToken(
    keys,
    {
      typ: "at+jwt",
      issuer: config.jwt.issuer,
      audience: "api",
      subject: id,
      ttlSeconds,
      claims: { sid: sessionId, roles, ...(stores.length > 0 && { stores }) },
    },
    nowMs,
  );
}

/** Ours, but its time is over: by more than clocks may differ. */
export const anExpiredToken = (roles: readonly string[]): string =>
  aToken({ roles }, { nowMs: Date.now() - 3_600_000, ttlSeconds: 60 });

/** A good one whose first signature character is another. */
export function aForgedToken(roles: readonly string[]): string {
  const [header = "", payload = "", signature = ""] = aToken({ roles }).split(".");
  const first = signature.startsWith("A") ? "B" : "A";
  return `${header}.${payload}.${first}${signature.slice(1)}`;
}
