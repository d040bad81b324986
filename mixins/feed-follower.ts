/** Follows one producer's feed on one node: polls, fetches, and reacts in portions. */
import { runInContext } from "../lib/request-context.ts";
import { withDeadline } from "../lib/deadline.ts";
import type { Envelope } from "../lib/feed.ts";
import {
  moveCursor,
  type CursorState,
  readCursor,
  takeLease,
  type Trouble,
} from "../lib/feed-cursor.ts";
import { singleFlight } from "../lib/single-flight.ts";
import { isPassing } from "../lib/sql.ts";
import { type Consumer, reactTo, type Reactions } from "./feed-effects.ts";
import { nextPortion, Portions } from "./feed-portions.ts";
import { FeedReader } from "./feed-reader.ts";
import { isLastTry, note, putAside } from "./feed-trouble.ts";

/** Most events of one fetch, and of one transaction. */
const BATCH = 200;
/** The pause between two polls under load: events of that time are processed in one transaction. */
const REST_MS = 20;
/**
 * The node that has worked on a feed reads it for this long. Without a lease each node of a service
 * would fetch events that only one of them processes. It is a column and no lock, because a lock
 * (and its transaction) would have to be held across a call on the bus.
 */
const LEASE_MS = 3_000;
/** A cursor passes unsubscribed events with the next effect, or at most this often … */
const PASS_EVERY_MS = 3_000;
/** … or when it is so far behind. */
const PASS_EVERY = 1_000;
/** Time limit of one fetch and its reactions. */
export const LOOK_LIMIT_MS = 30_000;

/** A notification of a producer; from a node of the previous version it has only the position. */
export interface FeedNotification {
  readonly position: number;
  readonly names?: readonly string[];
}

export class FeedFollower {
  /** Polls once, and once more if it is polling: for tests, and for callers that need it now. */
  readonly look: () => Promise<void>;
  readonly #consumer: Consumer;
  readonly #producer: string;
  readonly #known: Reactions;
  readonly #run: () => Promise<void>;
  readonly #reader: FeedReader;
  readonly #portions = new Portions(BATCH);
  /** True to fetch even if no notification named a subscribed event. */
  #probing = false;
  /** The highest position that was notified together with a subscribed name. */
  #rungAt = 0;
  #passedAt = -Infinity;

  constructor(
    consumer: Consumer,
    producer: string,
    { reactions, lookLimitMs }: { reactions: Reactions; lookLimitMs: number },
  ) {
    this.#consumer = consumer;
    this.#producer = producer;
    this.#known = reactions;
    this.#reader = new FeedReader(consumer.broker, producer, {
      names: reactions.keys(),
      most: BATCH,
    });
    // The run must not inherit the request context of the event that happened to trigger it.
    const action = `${consumer.name}.hears.${producer}`;
    const work = () => runInContext({ action }, () => this.#catchUp(lookLimitMs));
    this.#run = singleFlight(work, { restMs: REST_MS });
    this.look = () => {
      this.#probing = true;
      return this.#run();
    };
  }

  /** Wakes the follower, unless the notification names only unsubscribed events. */
  hear({ position, names }: FeedNotification): void {
    if (names && !names.some((name) => this.#known.has(name))) return;
    this.#rungAt = Math.max(this.#rungAt, position);
    void this.#run();
  }

  /** Reacts to everything new. What cannot be done now is done at a later look. */
  async #catchUp(lookLimitMs: number): Promise<void> {
    const { logger } = this.#consumer;
    const what = `A look at the feed of ${this.#producer}`;
    try {
      let probing = this.#probing;
      this.#probing = false;
      while (!this.#consumer.leaving) {
        // A look that never comes back must not hold up those after it.
        const more = await withDeadline(lookLimitMs, what, (signal) =>
          this.#lookOnce(signal, probing),
        );
        if (!more) return;
        probing = true;
      }
    } catch (error) {
      if (this.#consumer.leaving) return;
      logger.warn(
        `The feed of ${this.#producer} could not be followed; it will be at the next look.`,
        error,
      );
    }
  }

  /** Answers whether there may be more. */
  async #lookOnce(signal: AbortSignal, probing: boolean): Promise<boolean> {
    const { db, broker } = this.#consumer;
    // The producer is not available; its notification arrives when it is.
    if (!this.#reader.isAvailable) return false;
    const cursor = await readCursor(db.sql, this.#producer, broker.nodeID);
    signal.throwIfAborted();
    if (!cursor.due || !cursor.free) return false;
    const rungAt = this.#rungAt;
    const rung = rungAt > cursor.position;
    if (!rung && !probing) return false;
    // A poll without a notification usually finds nothing, and then nothing is written.
    if (rung && !(await this.#lease(cursor))) return false;

    const batch = await this.#reader.read(cursor).catch(async (error: unknown) => {
      signal.throwIfAborted();
      await this.#stay(cursor, "read", error);
    });
    signal.throwIfAborted();
    if (!batch) return false;
    const wanted = batch.events.filter(({ name }) => this.#known.has(name));
    if (wanted.length === 0) {
      // Unless it has rung meanwhile.
      if (!batch.more && this.#rungAt === rungAt) this.#rungAt = 0;
      await this.#pass(cursor, batch.head);
      return batch.more;
    }
    if (!rung && !(await this.#lease(cursor))) return false;
    return (await this.#carryOut(signal, cursor, { wanted, head: batch.head })) && batch.more;
  }

  /** Returns true if this node is the one to read. A single node needs no lease. */
  async #lease(cursor: CursorState): Promise<boolean> {
    const { db } = this.#consumer;
    const lease = this.#leaseOf();
    if (lease.ms === 0 || cursor.ours) return true;
    return takeLease(db.sql, this.#producer, cursor.position, lease);
  }

  #leaseOf() {
    const { broker, name } = this.#consumer;
    const nodes = broker.registry.actions.get(`${name}.events`)?.count() ?? 1;
    return { holder: broker.nodeID, ms: nodes > 1 ? LEASE_MS : 0 };
  }

  /** Moves the cursor past events that are not subscribed, but not with a commit for each event. */
  async #pass(cursor: CursorState, head: number): Promise<void> {
    const { position, tries } = cursor;
    this.#reader.pass(cursor, head);
    if (head <= position && tries === 0) return;
    const since = performance.now() - this.#passedAt;
    if (head - position < PASS_EVERY && since < PASS_EVERY_MS && tries === 0) return;
    this.#passedAt = performance.now();
    const move = { from: position, to: Math.max(head, position) };
    await moveCursor(this.#consumer.db.sql, this.#producer, move, this.#leaseOf());
  }

  /**
   * Reacts to the events, as many as possible in one transaction; where that fails, in smaller portions
   * around the one that fails, until that is alone. False if it does not go on at the moment.
   */
  async #carryOut(
    signal: AbortSignal,
    cursor: CursorState,
    { wanted, head }: { wanted: readonly Envelope[]; head: number },
  ): Promise<boolean> {
    const portions = this.#portions;
    let [rest, position] = [wanted, cursor.position];
    while (rest.length > 0 && !this.#consumer.leaving) {
      signal.throwIfAborted();
      const portion = nextPortion(rest, portions.size, head);
      const from = { producer: this.#producer, position, to: portion.to };
      const outcome = await reactTo(this.#consumer, this.#known, {
        ...from,
        events: portion.events,
        lease: this.#leaseOf(),
      });
      signal.throwIfAborted();
      if (outcome === "taken") return false;
      if (outcome === "done") {
        portions.succeeded(portion.events.length);
        [rest, position] = [rest.slice(portion.events.length), portion.to];
        continue;
      }
      portions.failed(portion.events.length, outcome.index);
      const { error } = outcome;
      const at = position === cursor.position ? cursor : { ...cursor, position, tries: 0 };
      if (isPassing(error)) return this.#stay(at, "busy", error);
      const [event, another] = portion.events;
      if (!event || another) continue;
      if (isLastTry(at))
        return putAside(this.#consumer, event, { ...from, error, lease: this.#leaseOf() });
      return this.#stay(at, "react", error, event.name);
    }
    return true;
  }

  /** Notes why the cursor does not move, and looks again after a pause. */
  async #stay(
    cursor: CursorState,
    trouble: Trouble,
    error: unknown,
    name?: string,
  ): Promise<false> {
    const waitMs = await note(this.#consumer, this.#producer, { cursor, trouble, error, name });
    setTimeout(() => void this.look(), waitMs).unref();
    return false;
  }
}
