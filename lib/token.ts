/**
 * Signed tokens (JWT, RFC 7519, after the advice of RFC 8725): who somebody is, for a short while.
 * They are signed with ES256, because `jsonwebtoken` 9 has no EdDSA. Nothing that a token says of
 * itself chooses how it is verified: its `kid` names one of our keys, and the key says the rest.
 * What we signed has exactly the form that we sign, so every other form is refused before any
 * cryptography is done, and nothing is ever fetched.
 */
import { createHash } from "node:crypto";
import jsonwebtoken from "jsonwebtoken";
import { LRUCache } from "lru-cache";
import { v7 } from "uuid";
import { failure } from "./contract.ts";
import type { KeyRing } from "./keys.ts";
import { formOf, LONGEST_TOKEN } from "./token-form.ts";

export const TokenInvalid = failure("TOKEN_INVALID", 401, {
  en: "This sign-in is not valid. Sign in again.",
  fr: "Cette connexion n'est pas valide. Connectez-vous à nouveau.",
});
export const TokenExpired = failure("TOKEN_EXPIRED", 401, {
  en: "Your sign-in has expired. Refresh it or sign in again.",
  fr: "Votre connexion a expiré. Renouvelez-la ou connectez-vous à nouveau.",
});

/** `at+jwt` is an access token (RFC 9068), `principal+jwt` is for our bus. */
export type TokenType = "at+jwt" | "principal+jwt";

/**
 * `iat`, `nbf` and `exp` are seconds since 1970, as RFC 7519 has them. Frozen, all the way down.
 */
export interface Claims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  readonly [claim: string]: unknown;
}

export interface TokenRequest {
  readonly typ: TokenType;
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  readonly ttlSeconds: number;
  /** The token's own id (`jti`), by which it can be revoked; a new UUIDv7 by default. */
  readonly id?: string;
  /** Anything else that it says, e.g. `sid` and `roles`. The registered claims above win. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface Expectation {
  readonly typ: TokenType;
  readonly issuer: string;
  readonly audience: string;
  readonly nowMs: number;
  /** Tolerated difference between the clocks of two machines, in seconds; 30 by default. */
  readonly leewaySeconds?: number;
}

/**
 * Signs a token that is valid from `nowMs` for `ttlSeconds`. Each call gives another token (`jti`).
 * @throws Error if it would be longer than 4,096 characters, which verification refuses
 */
export function signToken(ring: KeyRing, request: TokenRequest, nowMs: number): string {
  const now = Math.floor(nowMs / 1000);
  const payload: Claims = {
    ...request.claims,
    iss: request.issuer,
    aud: request.audience,
    sub: request.subject,
    jti: request.id ?? v7(),
    iat: now,
    nbf: now,
    exp: now + request.ttlSeconds,
  };
  const { kid, privateKey } = ring.signing;
  const header = { alg: "ES256", typ: request.typ, kid } as const;
  const token = jsonwebtoken.sign(payload, privateKey, { algorithm: "ES256", header });
  if (token.length > LONGEST_TOKEN) throw new Error("The claims are too large for a token.");
  return token;
}

/**
 * Returns the claims of a token that one of our keys signed for this purpose, issuer and audience,
 * and that is valid at `nowMs`. It does not check for ended sessions: compare its `sid`.
 * @throws TokenExpired (401) if it was ours and has expired; TokenInvalid (401) for all else,
 * without a reason.
 */
export function verifyToken(ring: KeyRing, token: string, expected: Expectation): Claims {
  const key = keyOf(ring, token, expected.typ);
  const claims = signedClaims(token, key, expected);
  const leeway = expected.leewaySeconds ?? 30;
  if (claims.iat > Math.floor(expected.nowMs / 1000) + leeway) throw TokenInvalid({});
  return frozen(claims);
}

interface TokenCache {
  /** As `verifyToken`, by the cache's ring; the same frozen claims are answered to all who ask. */
  readonly cachedVerify: (token: string, expected: Expectation) => Claims;
  readonly size: number;
  readonly clear: () => void;
}

/**
 * Caches verified tokens until they expire: verifying costs some 0.1 ms of CPU, a cache hit some 3
 * µs. It holds at most `maxEntries` tokens and the claims of `maxBytes` of tokens, evicting the
 * least recently used. It stores neither the tokens themselves (only their hash, so that a memory
 * dump reveals none) nor failures (so that forgeries cannot fill it).
 */
export function tokenCache(
  ring: KeyRing,
  { maxEntries = 10_000, maxBytes = 8 * 1024 * 1024 } = {},
): TokenCache {
  const verified = new LRUCache<string, Claims>({ max: maxEntries, maxSize: maxBytes });
  const cachedVerify = (token: string, expected: Expectation): Claims => {
    if (token.length > LONGEST_TOKEN) throw TokenInvalid({});
    const { typ, issuer, audience, nowMs, leewaySeconds = 30 } = expected;
    const key = createHash("sha256")
      .update(JSON.stringify([typ, issuer, audience, token]))
      .digest("base64url");
    const known = verified.get(key);
    if (!known) {
      const claims = verifyToken(ring, token, expected);
      verified.set(key, claims, { size: token.length });
      return claims;
    }
    const now = Math.floor(nowMs / 1000);
    if (now >= known.exp + leewaySeconds) {
      verified.delete(key);
      throw TokenExpired({});
    }
    if (Math.max(known.nbf, known.iat) > now + leewaySeconds) throw TokenInvalid({});
    return known;
  };
  return {
    cachedVerify,
    clear: () => verified.clear(),
    get size() {
      return verified.size;
    },
  };
}

/** The key that the header names, if the whole token has the form of one that we signed. */
function keyOf(ring: KeyRing, token: string, typ: TokenType): KeyRing["signing"] {
  const header = formOf(token)?.header;
  const pair = typeof header?.kid === "string" ? ring.byKid.get(header.kid) : undefined;
  const ours = pair && header?.alg === "ES256" && header.typ === typ;
  // Exactly our three: no jwk, jku, x5u, x5c, crit, b64, zip or cty is ever looked at.
  if (!ours || Object.keys(header).length !== 3) throw TokenInvalid({});
  return pair;
}

function signedClaims(token: string, key: KeyRing["signing"], expected: Expectation): Claims {
  try {
    const payload = jsonwebtoken.verify(token, key.publicKey, {
      algorithms: ["ES256"],
      issuer: expected.issuer,
      audience: expected.audience,
      // The library treats 0 as absent and would use its own clock.
      clockTimestamp: Math.max(1, Math.floor(expected.nowMs / 1000)),
      clockTolerance: expected.leewaySeconds ?? 30,
    });
    if (isComplete(payload)) return payload;
  } catch (error) {
    if (error instanceof jsonwebtoken.TokenExpiredError) throw TokenExpired({});
    if (!(error instanceof jsonwebtoken.JsonWebTokenError)) throw error;
  }
  throw TokenInvalid({});
}

function isComplete(payload: object | string): payload is Claims {
  const claims = payload as Partial<Record<string, unknown>>;
  const words = [claims.iss, claims.aud, claims.sub, claims.jti];
  const moments = [claims.iat, claims.nbf, claims.exp];
  return words.every((word) => typeof word === "string") && moments.every(Number.isSafeInteger);
}

function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null) frozen(inner);
  }
  return Object.freeze(value);
}
