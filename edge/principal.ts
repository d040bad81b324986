/** Who asks: the access token in `Authorization`, checked here, becomes the bus's signed principal. */
import type { IncomingMessage } from "node:http";
import { config } from "../../../config.ts";
import { keys, type Person } from "../../../lib/principal.ts";
import { type Claims, TokenInvalid, tokenCache } from "../../../lib/token.ts";
import type { Denials } from "./denials.ts";

const { cachedVerify } = tokenCache(keys);

export interface SignedIn extends Person {
  readonly expiresAtMs: number;
}

/** Nobody, when there is no token. @throws TokenInvalid, TokenExpired (401) when there is a bad one. */
export function personOf(request: IncomingMessage, denials: Denials): SignedIn | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const [scheme = "", token = "", ...more] = header.split(" ");
  if (scheme.toLowerCase() !== "bearer" || token === "" || more.length > 0) throw TokenInvalid({});
  return personWith(token, denials);
}

export function personWith(token: string, denials: Denials): SignedIn {
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

/** The address of the client: of the last proxy that is ours, it believes what that one says. */
export function addressOf(request: IncomingMessage): string {
  const direct = request.socket.remoteAddress ?? "unknown";
  if (config.http.trustedProxies === 0) return direct;
  const forwarded = String(request.headers["x-forwarded-for"] ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  return forwarded.at(-config.http.trustedProxies) ?? direct;
}
