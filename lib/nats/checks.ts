/**
 * A packet's own claims are only data; NATS guarantees which member sent it and under which
 * subject. These functions compare the two.
 */
import { isOf, offeredBy } from "./subjects.ts";

/** The parts of Moleculer's packets (protocol 5) that are looked at. */
export interface Payload {
  readonly sender?: unknown;
  readonly id?: unknown;
  readonly action?: unknown;
  readonly event?: unknown;
  readonly services?: unknown;
  readonly seq?: unknown;
}
/** The claims of the subject. */
export interface SubjectClaims {
  /** The packet's kind: REQ, RES, EVENT, INFO … */
  readonly packet: string;
  readonly member: string;
  /** The action or event after the receiving node in the subject. */
  readonly name: string | undefined;
}
/** The receiving node's open requests, by their ids. */
export interface Pending {
  /** Returns the node to which the request was sent. */
  readonly asked: (id: string) => string | undefined;
  /** Returns the node whose stream is the body of a request. */
  readonly streaming: (id: string) => string | undefined;
}

/** Why a packet must not be believed, or undefined. */
export function objectionTo(
  { packet, member, name }: SubjectClaims,
  payload: Payload,
  pending: Pending,
): string | undefined {
  const { sender } = payload;
  if (typeof sender !== "string" || !isOf(member, sender)) return "it names another sender";
  switch (packet) {
    case "REQ": {
      const streaming = pending.streaming(String(payload.id));
      if (streaming !== undefined && streaming !== sender)
        return "it is a part of another's request";
      return payload.action === name ? undefined : "it asks for another action";
    }
    case "RES": {
      const asked = pending.asked(String(payload.id));
      return asked === undefined || asked === sender ? undefined : "another node was asked";
    }
    case "EVENT":
      return payload.event === name ? undefined : "it tells another event";
    case "INFO":
      return offersOnlyItsOwn(member, payload.services)
        ? undefined
        : "it offers what is not its own";
    default:
      return undefined;
  }
}

/** Besides its services, every node has some of Moleculer's and of the system, which begin with $. */
function offersOnlyItsOwn(member: string, services: unknown): boolean {
  if (!Array.isArray(services)) return false;
  const may = offeredBy(member);
  return (services as unknown[]).every((service) => {
    const { name, fullName = name, actions } = Object(service) as Record<string, unknown>;
    if (typeof name !== "string" || fullName !== name) return false;
    if (may && !name.startsWith("$") && !may.includes(name)) return false;
    const named = Object.entries(Object(actions) as Record<string, unknown>);
    return named.every(
      ([key, action]) =>
        key.startsWith(`${name}.`) && (Object(action) as { name?: unknown }).name === key,
    );
  });
}
