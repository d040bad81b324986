import path from "node:path";
import type { Service, ServiceSchema } from "moleculer";
import { mixin } from "../lib/bus.ts";
import type { Event, Payload } from "../lib/contract.ts";
import { withDeadline } from "../lib/deadline.ts";
import type { Envelope } from "../lib/feed.ts";
import { exportsOf, filesIn } from "../lib/folder.ts";
import { releaseLeases } from "../lib/feed-cursor.ts";
import type { Tx } from "../lib/sql.ts";
import type { Consumer, Reactions, Run } from "./feed-effects.ts";
import { type FeedNotification, FeedFollower, LOOK_LIMIT_MS } from "./feed-follower.ts";

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
  readonly run: Run;
}

/** Binds an event's contract to the function that reacts to it. */
export const react = <E extends Event, S>({ producer, name }: E, run: Reacts<E, S>): Reaction => ({
  producer,
  name,
  run,
});

/**
 * Loads the reactions of the service in `folder`: `reactions/order.cancelled.ts` exports one
 * function `on…`, which reacts to the event of that name among those of `hears`.
 * @throws Error at start, when a file has no event or an event has no file
 */
export async function reactionsIn(folder: string, hears: readonly Event[]): Promise<Reaction[]> {
  const declared = new Map(hears.map((contract) => [contract.name, contract]));
  const reactions: Reaction[] = [];
  for (const [file, , contract] of filesIn(path.join(folder, "reactions"), declared, "event")) {
    const found = Object.entries(await exportsOf(file)).filter(([name]) => /^on[A-Z]/.test(name));
    const [[, run] = []] = found;
    if (!run || found.length > 1) throw new Error(`${file} must export one function "on…".`);
    reactions.push(react(contract, run as unknown as Reacts<Event, never>));
  }
  return reactions;
}

const POLL_EVERY_MS = 3_000;
/** Longest that a node which leaves waits for what it is doing. */
const LEAVE_LIMIT_MS = 5_000;

type Self = Consumer & {
  followers: Map<string, FeedFollower>;
  /** Polls a feed at once, by producer. */
  pulls: Map<string, () => Promise<void>>;
  /** Reactions by producer, with which operators replay dead letters. */
  reactions: Map<string, Reactions>;
  polling: NodeJS.Timeout | undefined;
};

/**
 * Lets a service consume the feeds of others: cursor and effect in one transaction of its own
 * database. The producer's notification wakes it, and it also polls, so a lost notification costs
 * only time. Nodes of one service share the work; the order of one producer's events is preserved.
 */
export function Events(
  reactions: readonly Reaction[],
  { lookLimitMs = LOOK_LIMIT_MS }: { lookLimitMs?: number } = {},
): Partial<ServiceSchema> {
  const producers = Map.groupBy(reactions, ({ producer }) => producer);
  const notifications = [...producers.keys()].map((producer) => [
    `${producer}.feed`,
    {
      handler(this: Self, { params }: { params: FeedNotification }) {
        this.followers.get(producer)?.hear(params);
      },
    },
  ]);

  return mixin({
    metadata: { hears: reactions.map(({ producer, name }) => `${producer}:${name}`) },
    events: {
      ...Object.fromEntries(notifications),
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
      this.followers = new Map(
        [...this.reactions].map(([producer, known]) => [
          producer,
          new FeedFollower(this, producer, { reactions: known, lookLimitMs }),
        ]),
      );
      this.pulls = new Map(
        [...this.followers].map(([producer, { look: poll }]) => [producer, poll]),
      );
    },
    started(this: Self) {
      const poll = () => [...this.pulls.values()].map((again) => again());
      this.polling = setInterval(() => void poll(), POLL_EVERY_MS);
    },
    async stopped(this: Self) {
      this.leaving = true;
      clearInterval(this.polling);
      const ended = () => Promise.all([...this.pulls.values()].map((again) => again()));
      try {
        await withDeadline(LEAVE_LIMIT_MS, "What is heard at the moment", ended);
        await releaseLeases(this.db.sql, this.broker.nodeID);
      } catch (error) {
        // The cursor is where it was, and the lease ends by itself.
        this.logger.debug("The node leaves in the middle of what it heard.", error);
      }
    },
  });
}
