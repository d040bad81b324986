/** The action by which consumers read a producer's feed: the same in one process and over NATS. */
import type { ActionSchema } from "moleculer";
import { handle } from "../lib/bus.ts";
import { query } from "../lib/contract.ts";
import { maxMessageBytes } from "../lib/bus-limits.ts";
import { read } from "../lib/feed.ts";
import { unknown, boolean, id, integer, list, object, optional, text } from "../lib/shape.ts";
import type { DatabaseService } from "./database.mixin.ts";

export const Envelope = object({
  id: id(),
  name: text(),
  position: integer({ min: 1 }),
  at: text(),
  traceId: optional(text()),
  actor: optional(text()),
  data: unknown(),
  /** So many bytes are left out (`data` is null): the event is larger than the bus carries. */
  omittedBytes: optional(integer({ min: 1 })),
});

/** Made once for each producer: a contract is compared and compiled by its identity. */
export function eventsOf(producer: string): ReturnType<typeof makeEventsOf> {
  const made = contracts.get(producer) ?? makeEventsOf(producer);
  contracts.set(producer, made);
  return made;
}
const contracts = new Map<string, ReturnType<typeof makeEventsOf>>();

const makeEventsOf = (producer: string) =>
  query(`${producer}.events`, {
    summary: `Read the events of ${producer} after a position, oldest first.`,
    allow: "internal",
    params: {
      after: integer({ min: 0 }),
      limit: integer({ min: 1, max: 500 }),
      names: optional(list(text(), { min: 1, max: 500 })),
      /** The answer stays below it, but for one event that alone is larger. */
      bytes: optional(integer({ min: 1 })),
    },
    returns: object({
      events: list(Envelope, { max: 500 }),
      /** The read covers the feed up to this position. */
      head: optional(integer({ min: 0 })),
      more: optional(boolean()),
    }),
    // A question that is lost with the bus holds up what comes after it for no longer.
    timeoutMs: 2_000,
  });

/** The answer's own words: `{"events":[],"head":…,"more":…}`. */
const ANSWER_BYTES = 64;

/** The action by which consumers read the feed of the service `producer`, for its schema. */
export const eventsAction = (producer: string): ActionSchema =>
  handle(eventsOf(producer), async ({ params, broker }, { db }: DatabaseService) => {
    const most = maxMessageBytes(broker);
    // A batch of half of it leaves the bus to others in between; more does not make it faster.
    const { bytes = most / 2, ...reading } = params;
    return read(db.sql, {
      ...reading,
      bytes: Math.floor(Math.min(bytes, most) - ANSWER_BYTES),
      maxEventBytes: most - ANSWER_BYTES,
    });
  });
