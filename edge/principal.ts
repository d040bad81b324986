/** Verifies an access token and replaces it by the bus's signed principal. */
import { config } from "../config.ts";
import type { Action } from "../lib/contract.ts";
import { keys, type Identity } from "../lib/principal.ts";
import { type Claims, TokenInvalid, tokenCache } from "../lib/token.ts";
import type { RevokedSessions } from "./denials.ts";

const { cachedVerify } = tokenCache(keys);

export interface SignedIn extends Identity {
  readonly expiresAtMs: number;
}

/** The token in a header `Authorization`. @throws TokenInvalid (401) for any other scheme or form. */
function bearerToken(authorization: string): string {
  const [scheme = "", token = "", ...more] = authorization.split(" ");
  if (scheme.toLowerCase() !== "bearer" || token === "" || more.length > 0) throw TokenInvalid({});
  return token;
}

/** @throws TokenInvalid, TokenExpired (401) */
export function personOf(authorization: string, denials: RevokedSessions): SignedIn {
  return personWith(bearerToken(authorization), denials);
}

/** Returns undefined without a token, and for one that is no longer valid. */
export function personIfKnown(
  authorization: string | undefined,
  denials: RevokedSessions,
): SignedIn | undefined {
  if (authorization === undefined) return undefined;
  try {
    return personOf(authorization, denials);
  } catch {
    return undefined;
  }
}

/**
 * Returns true if an invalid token may be ignored: for signing in and for answers that are the same
 * for everybody. Actions with a guest token refuse it instead, so that the client renews it.
 */
export const needsNoPerson = ({
  allow,
  guestToken,
  rateClass,
}: Pick<Action, "allow" | "guestToken" | "rateClass">): boolean =>
  allow === "public" && (!guestToken || rateClass === "login");

/** @throws TokenInvalid, TokenExpired (401) */
export function personWith(token: string, denials: RevokedSessions): SignedIn {
  const claims = cachedVerify(token, {
    typ: "at+jwt",
    issuer: config.jwt.issuer,
    audience: "api",
    nowMs: Date.now(),
  });
  const person = personIn(claims);
  if (denials.has(person.sessionId)) throw TokenInvalid({});
  return person;
}

const personIn = (claims: Claims): SignedIn => ({
  id: claims.sub,
  sessionId: String(claims.sid),
  roles: claims.roles as string[],
  stores: (claims.stores ?? []) as string[],
  expiresAtMs: claims.exp * 1000,
});
