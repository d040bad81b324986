/** Prepares a request before its action is called, for every protocol. */
import type { Meta } from "../lib/bus.ts";
import type { Action } from "../lib/contract.ts";
import { principalFor } from "../lib/principal.ts";
import type { RevokedSessions } from "./denials.ts";
import { checkedKey } from "./idempotency-key.ts";
import { languageOf } from "./language.ts";
import type { Counted, Limits } from "./limits.ts";
import { needsNoPerson, personIfKnown, personOf, type SignedIn } from "./principal.ts";

/** Names in small letters. A protocol without headers gives those that it has words for. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

interface Request {
  readonly contract: Action;
  readonly headers: Headers;
  /** The client's address, in the form of `clientAddress`. */
  readonly address: string;
}
interface Guards {
  readonly revoked: RevokedSessions;
  readonly limits: Limits;
}

/**
 * Returns the caller, if known.
 * @throws TokenInvalid, TokenExpired (401) when the action needs one
 */
export function callerOf({ revoked }: Guards, { contract, headers }: Request) {
  const authorization = textOf(headers, "authorization");
  if (authorization === undefined) return undefined;
  return needsNoPerson(contract)
    ? personIfKnown(authorization, revoked)
    : personOf(authorization, revoked);
}

/** Counts the request. Its headers belong to the answer also when it is refused. */
export async function counted(
  { limits }: Guards,
  { contract: { rateClass }, address }: Pick<Request, "contract" | "address">,
  person: SignedIn | undefined,
): Promise<Counted> {
  if (rateClass === "webhook") return { headers: {} };
  return limits.count({ personId: person?.id, address }, rateClass);
}

/** Builds the metadata of the call. @throws KeyInvalid (400) */
export function metaOf(
  { headers, address }: Pick<Request, "headers" | "address">,
  person: SignedIn | undefined,
): Meta {
  const key = headers["idempotency-key"];
  const guestToken = headers["x-cart-token"];
  return {
    language: languageOf(textOf(headers, "accept-language")),
    ip: address,
    agent: (textOf(headers, "user-agent") ?? "").slice(0, 200),
    ...(person && { principal: principalFor(person) }),
    ...(key !== undefined && { key: checkedKey(key) }),
    ...(typeof guestToken === "string" && { guestToken: guestToken.slice(0, 200) }),
  };
}

function textOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : value?.[0];
}
