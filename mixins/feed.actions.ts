/** The action by which consumers read a producer's feed: the same in one process and over NATS. */
import type { ActionSchema } from "moleculer";
import { handle } from "../lib/bus.ts";
import { query } from "../lib/contract.ts";
import { read } from "../lib/feed.ts";
import { anything, id, integer, list, object, optional, text } from "../lib/shape.ts";
import type { DatabaseService } from "./database.mixin.ts";

export const Envelope = object({
  id: id(),
  name: text(),
  position: integer({ min: 1 }),
  at: text(),
  traceId: optional(text()),
  actor: optional(text()),
  data: anything(),
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
    allow: "services",
    params: { after: integer({ min: 0 }), limit: integer({ min: 1, max: 500 }) },
    returns: object({ events: list(Envelope, { max: 500 }) }),
    // A question that is lost with the bus holds up what comes after it for no longer.
    timeoutMs: 2_000,
  });

export const listEvents = (producer: string): ActionSchema =>
  handle(eventsOf(producer), async (ctx, { db }: DatabaseService) => ({
    events: await read(db.sql, ctx.params.after, ctx.params.limit),
  }));
