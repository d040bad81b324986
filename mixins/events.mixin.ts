import type { Service, ServiceSchema } from "moleculer";
import { within } from "../lib/around.ts";
import { call, mixin } from "../lib/bus.ts";
import type { Event, Payload } from "../lib/contract.ts";
import { bury, type Envelope, holdCursor, moveCursor, standing, takeCursor } from "../lib/feed.ts";
import { oneAtATime } from "../lib/one-at-a-time.ts";
import { isPassing, type Tx } from "../lib/sql.ts";
import type { DatabaseService } from "./database.mixin.ts";
import { eventsOf } from "./feed.actions.ts";

/**
 * A reaction to an event. Everything it does is in `tx`, which also moves the cursor: one effect per
 * event, whatever dies. It must not call other services; what should follow the commit (driving a
 * saga) goes into `service.db.afterCommit(tx, …)`.
 */
export type Reacts<E extends Event, S = Service> = (
  event: Envelope<Payload<E>>,
  tx: Tx,
  service: S,
) => Promise<void>;

interface Reaction {
  readonly producer: string;
  readonly name: string;
  readonly run: (event: Envelope<never>, tx: Tx, service: never) => Promise<void>;
}

/** Binds an event's contract to the function that reacts to it. The producer is the name's service. */
export const react = <E extends Event, S>(
  producer: string,
  contract: E,
  run: Reacts<E, S>,
): Reaction => ({ producer, name: contract.name, run });

const BATCH = 200;
const LOOK_EVERY_MS = 3_000;
/** Between two looks under load: what is told meanwhile is reacted to in one transaction. */
const REST_MS = 20;
const MAX_TRIES = 8;
const MAX_BACKOFF_MS = 60_000;

type Self = DatabaseService & {
  pulls: Map<string, () => Promise<void>>;
  /** By producer: for operators, who replay what was put aside. */
  reactions: Map<string, Reactions>;
  looking: NodeJS.Timeout | undefined;
  leaving: boolean;
};
type Reactions = Map<string, Reaction["run"]>;

/**
 * Lets a service hear the feeds of others: cursor and effect in one transaction of its own database.
 * It is woken by the producer's bell and also looks by itself, so a lost bell costs only time. Nodes
 * of one service share the work; the order of one producer's events is kept.
 */
export function Events(reactions: readonly Reaction[]): Partial<ServiceSchema> {
  const producers = Map.groupBy(reactions, ({ producer }) => producer);
  const bells = [...producers.keys()].map((producer) => [
    `${producer}.feed`,
    {
      handler(this: Self) {
        void this.pulls.get(producer)?.();
      },
    },
  ]);

  return mixin({
    metadata: { hears: reactions.map(({ producer, name }) => `${producer}:${name}`) },
    events: {
      ...Object.fromEntries(bells),
      // Producers on the same node are all there by now.
      "$broker.started"(this: Self) {
        for (const again of this.pulls.values()) void again();
      },
    },

    created(this: Self) {
      this.leaving = false;
      this.reactions = new Map(
        [...producers].map(([producer, all]) => [
          producer,
          new Map(all.map(({ name, run }) => [name, run])),
        ]),
      );
      this.pulls = new Map(
        [...this.reactions].map(([producer, known]) => {
          // Not in the surroundings of whoever happened to ring.
          const action = `${this.name}.hears.${producer}`;
          const look = () => within({ action }, () => pull(this, producer, known));
          return [producer, oneAtATime(look, { restMs: REST_MS })];
        }),
      );
    },
    started(this: Self) {
      const look = () => [...this.pulls.values()].map((again) => again());
      this.looking = setInterval(() => void look(), LOOK_EVERY_MS);
    },
    async stopped(this: Self) {
      this.leaving = true;
      clearInterval(this.looking);
      await Promise.all([...this.pulls.values()].map((again) => again()));
    },
  });
}

/** Reacts to everything new of one producer. What cannot be done now is done at a later look. */
async function pull(service: Self, producer: string, known: Reactions): Promise<void> {
  try {
    while (!service.leaving && (await pullBatch(service, producer, known)));
  } catch (error) {
    const text = `The feed of ${producer} could not be read; it will be at the next look.`;
    if (isPassing(error)) service.logger.debug(text, error);
    else service.logger.warn(text, error);
  }
}

/** Tells whether there may be more. */
async function pullBatch(service: Self, producer: string, known: Reactions): Promise<boolean> {
  const { db, broker } = service;
  // Not there (yet): its bell rings when it is.
  if (!broker.registry.actions.isAvailable(eventsOf(producer).name)) return false;
  const { position, tries, due } = await standing(db.sql, producer);
  if (!due) return false;
  const limit = tries > 0 ? 1 : BATCH;
  const { events } = (await call(service.broker, eventsOf(producer), {
    after: position,
    limit,
  })) as { events: Envelope<never>[] };
  if (events.length === 0) return false;

  const from = { producer, position };
  const done = await effect(service, from, events, known).catch((error: unknown) =>
    stumble(service, from, { events, known, tries }, error),
  );
  return done && events.length === limit;
}

/** All of `events` and the cursor in one transaction. False if another node was quicker. */
async function effect(
  service: Self,
  { producer, position }: { producer: string; position: number },
  events: readonly Envelope<never>[],
  known: Reactions,
): Promise<boolean> {
  const { db } = service;
  return db.transaction(async (tx) => {
    if (!(await takeCursor(db.in(tx), producer, position))) return false;
    for (const event of events) {
      const run = known.get(event.name);
      const surroundings = {
        traceId: event.traceId,
        actor: event.actor,
        action: `on.${event.name}`,
      };
      if (run) await within(surroundings, () => run(event, tx, service as never));
    }
    await moveCursor(db.in(tx), producer, events.at(-1)?.position ?? position);
    return true;
  });
}

/**
 * Something in the batch failed, and nothing of it was done. From here one event at a time, so that
 * those before the bad one are done; the bad one is tried with growing pauses, then put aside.
 */
async function stumble(
  service: Self,
  from: { producer: string; position: number },
  batch: { events: readonly Envelope<never>[]; known: Reactions; tries: number },
  error: unknown,
): Promise<boolean> {
  const { db, logger } = service;
  const [first] = batch.events;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (!first || isPassing(error)) throw error;

  if (batch.events.length > 1) {
    await holdCursor(db.sql, from.producer, from.position, 0, text);
    return true;
  }
  const tries = batch.tries + 1;
  if (tries < MAX_TRIES) {
    const waitMs = Math.min(MAX_BACKOFF_MS, 100 * 2 ** tries);
    logger.warn(`${first.name} could not be reacted to (${tries}).`, error);
    await holdCursor(db.sql, from.producer, from.position, waitMs, text);
    setTimeout(() => void service.pulls.get(from.producer)?.(), waitMs).unref();
    return false;
  }
  logger.error(`${first.name} at ${first.position} of ${from.producer} is put aside.`, error);
  await db.transaction(async (tx) => {
    if (!(await takeCursor(db.in(tx), from.producer, from.position))) return;
    await bury(db.in(tx), from.producer, first, text, tries);
    await moveCursor(db.in(tx), from.producer, first.position);
  });
  return true;
}
