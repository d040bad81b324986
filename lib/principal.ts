/**
 * The caller's identity on the bus: a token of one minute that the gateway signs and every service
 * verifies. `ctx.meta` is only data; this token cannot be made without the system's secret.
 */
import { LRUCache } from "lru-cache";
import { config } from "../config.ts";
import type { Caller } from "./bus.ts";
import { keysFrom } from "./keys.ts";
import { signToken, tokenCache } from "./token.ts";

export const keys = keysFrom(config.jwt.secrets);
const { cachedVerify } = tokenCache(keys);

const AUDIENCE = "bus";
const TTL_SECONDS = 60;
/** Long enough to spare signatures, short enough that what is handed out lives on for a while. */
const KEEP_MS = 25_000;
const recent = new LRUCache<string, string>({ max: 5_000, ttl: KEEP_MS });

export type Identity = Omit<Caller, "scope">;

/** A principal for this person; the same one is handed out for some seconds. */
export function principalFor(person: Identity): string {
  const key = JSON.stringify([person.id, person.sessionId, person.roles, person.stores]);
  const known = recent.get(key);
  if (known !== undefined) return known;
  const { id, sessionId, roles, stores } = person;
  const made = signToken(
    keys,
    {
      typ: "principal+jwt",
      issuer: config.jwt.issuer,
      audience: AUDIENCE,
      subject: id,
      ttlSeconds: TTL_SECONDS,
      claims: { sid: sessionId, roles, ...(stores.length > 0 && { stores }) },
    },
    Date.now(),
  );
  recent.set(key, made);
  return made;
}

/** Returns the identity that a principal names. @throws TokenInvalid, TokenExpired (401) */
export function verifyPrincipal(principal: string): Identity {
  const claims = cachedVerify(principal, {
    typ: "principal+jwt",
    issuer: config.jwt.issuer,
    audience: AUDIENCE,
    nowMs: Date.now(),
  });
  return {
    id: claims.sub,
    sessionId: String(claims.sid),
    roles: claims.roles as string[],
    stores: (claims.stores ?? []) as string[],
  };
}
