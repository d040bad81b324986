/** How one node follows one producer's feed: when it looks, what it fetches, in which portions it reacts. */
import { within } from "../lib/around.ts";
import { call } from "../lib/bus.ts";
import { withDeadline } from "../lib/deadline.ts";
import type { Batch, Envelope } from "../lib/feed.ts";
import { moveCursor, noteTrouble, type Standing, standing, takeLease } from "../lib/feed-cursor.ts";
import type { Trouble } from "../lib/feed-cursor.ts";
import { oneAtATime } from "../lib/one-at-a-time.ts";
import { isPassing } from "../lib/sql.ts";
import { InvalidInput } from "../lib/validator.ts";
import { type Consumer, type Failed, putAside, reactTo, type Reactions } from "./feed-effects.ts";
import { eventsOf } from "./feed.actions.ts";
import { nextPortion, Portions } from "./feed-portions.ts";

/** Most events of one fetch, and of one transaction. */
const BATCH = 200;
/** Between two looks under load: what is told meanwhile is reacted to in one transaction. */
const REST_MS = 20;
/**
 * How long a node that has worked at a feed is the one that reads it. Without a lease each node of a
 * service would fetch what one of them then reacts to. It is a row's column and no lock, because a lock
 * (and its transaction) would have to be held across a call on the bus.
 */
const LEASE_MS = 3_000;
/** A cursor passes events that nobody wanted with the next effect, else so often at most … */
const PASS_EVERY_MS = 3_000;
/** … or when it is so far behind. */
const PASS_EVERY = 1_000;
const MAX_TRIES = 8;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 60_000;
/** The producer or the database is away: it may be back at any moment. */
const MAX_PASSING_BACKOFF_MS = 3_000;
/** Longest that one fetch and its reactions may last before they are given up and begun anew. */
export const LOOK_LIMIT_MS = 30_000;

/** What a bell says; of a node of the version before, only the position. */
export interface Bell {
  readonly position?: number;
  readonly names?: readonly string[];
}

export class FeedFollower {
  /** Looks once, or once more if it is looking: for tests, and for whoever cannot wait. */
  readonly look: () => Promise<void>;
  readonly #consumer: Consumer;
  readonly #producer: string;
  readonly #known: Reactions;
  readonly #run: () => Promise<void>;
  readonly #portions = new Portions(BATCH);
  /** Whether to ask the producer even if no bell has told of anything wanted. */
  #probing = false;
  /** The highest position that a bell told of together with a wanted name. */
  #rungAt = 0;
  /** Between these positions there is nothing wanted; the cursor does not know it yet. */
  #passed = { from: 0, to: 0 };
  #passedAt = -Infinity;
  #fetchLimit = BATCH;

  constructor(
    consumer: Consumer,
    producer: string,
    { reactions, lookLimitMs }: { reactions: Reactions; lookLimitMs: number },
  ) {
    this.#consumer = consumer;
    this.#producer = producer;
    this.#known = reactions;
    // Not in the surroundings of the event that happened to ring.
    const action = `${consumer.name}.hears.${producer}`;
    const work = () => within({ action }, () => this.#catchUp(lookLimitMs));
    this.#run = oneAtATime(work, { restMs: REST_MS });
    this.look = () => {
      this.#probing = true;
      return this.#run();
    };
  }

  /** Wakes the follower, unless the bell rings only for what is not wanted here. */
  hear({ position = Infinity, names }: Bell): void {
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
    // Not there (yet): its bell rings when it is.
    if (!broker.registry.actions.isAvailable(eventsOf(this.#producer).name)) return false;
    const cursor = await standing(db.sql, this.#producer, broker.nodeID);
    signal.throwIfAborted();
    if (!cursor.due || !cursor.free) return false;
    const rung = this.#rungAt > cursor.position;
    if (!rung && !probing) return false;
    // A look without a bell mostly finds nothing, and nothing is then written.
    if (rung && !(await this.#lease(cursor))) return false;

    const after = this.#after(cursor);
    const batch = await this.#fetch(cursor, after).catch((error: unknown) => {
      signal.throwIfAborted();
      return this.#fetchFailed(cursor, error);
    });
    signal.throwIfAborted();
    if (!batch) return false;
    const wanted = batch.events.filter(({ name }) => this.#known.has(name));
    if (wanted.length === 0) {
      await this.#pass(cursor, batch.head);
      return batch.more;
    }
    if (!rung && !(await this.#lease(cursor))) return false;
    return (await this.#carryOut(signal, cursor, { wanted, head: batch.head })) && batch.more;
  }

  /** Whether this node is the one to read. Where it is alone, nothing need be written for it. */
  async #lease(cursor: Standing): Promise<boolean> {
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

  /** From where to read: beyond the cursor, if nothing is wanted in between. */
  #after({ position }: Standing): number {
    const { from, to } = this.#passed;
    return from <= position && position < to ? to : position;
  }

  async #fetch({ position, tries, trouble }: Standing, after: number): Promise<Batch> {
    // One that fails is tried alone; nodes of the version before did not say what the trouble is.
    const alone = tries > 0 && (trouble === "react" || trouble === null);
    const limit = alone ? 1 : this.#fetchLimit;
    const contract = eventsOf(this.#producer);
    const { broker } = this.#consumer;
    const names = [...this.#known.keys()];
    const answer = await call(broker, contract, { after, limit, names }).catch((error: unknown) => {
      // A producer of the version before knows no names, and refuses them.
      if (InvalidInput.is(error)) return call(broker, contract, { after: position, limit });
      throw error;
    });
    this.#fetchLimit = Math.min(BATCH, this.#fetchLimit * 2);
    const events = answer.events as Envelope[];
    // It has gone back, to a backup: what we knew of it is of another feed.
    if (answer.head !== undefined && answer.head < after) this.#passed = { from: 0, to: 0 };
    return {
      events,
      head: answer.head ?? events.at(-1)?.position ?? position,
      more: answer.more ?? events.length === limit,
    };
  }

  async #fetchFailed(cursor: Standing, error: unknown): Promise<undefined> {
    this.#fetchLimit = Math.max(1, Math.floor(this.#fetchLimit / 2));
    await this.#note(cursor, "read", error);
    return undefined;
  }

  /** Nothing up to `head` is wanted: the cursor passes it, but not with a commit for each event. */
  async #pass(cursor: Standing, head: number): Promise<void> {
    const { position, tries } = cursor;
    if (head > position) this.#passed = { from: position, to: head };
    else if (tries === 0) return;
    const since = performance.now() - this.#passedAt;
    if (head - position < PASS_EVERY && since < PASS_EVERY_MS && tries === 0) return;
    this.#passedAt = performance.now();
    const to = Math.max(head, position);
    await this.#move(position, to);
  }

  #move(from: number, to: number) {
    const { db } = this.#consumer;
    return moveCursor(db.sql, this.#producer, { from, to }, this.#leaseOf());
  }

  /**
   * Reacts to the events, as many as possible in one transaction; where that fails, in smaller portions
   * around the one that fails, until that is alone. False if it does not go on at the moment.
   */
  async #carryOut(
    signal: AbortSignal,
    cursor: Standing,
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
      const passing = isPassing(outcome.error);
      if (portion.events.length > 1 && !passing) continue;
      const at = position === cursor.position ? cursor : { ...cursor, position, tries: 0 };
      if (passing) await this.#note(at, "busy", outcome.error);
      return !passing && this.#failedAlone(at, portion.events, outcome);
    }
    return true;
  }

  /** The event is tried again with growing pauses, then put aside. Answers whether it goes on. */
  async #failedAlone(
    cursor: Standing,
    [event]: readonly Envelope[],
    { error }: Failed,
  ): Promise<boolean> {
    if (!event) return false;
    const tries = triesOf(cursor, "react") + 1;
    if (tries < MAX_TRIES) {
      await this.#note(cursor, "react", error, event.name);
      return false;
    }
    const from = { producer: this.#producer, position: cursor.position };
    return putAside(this.#consumer, event, { ...from, tries, error, lease: this.#leaseOf() });
  }

  /** Notes on the cursor, for operators too, why it does not move; it is tried again after a pause. */
  async #note(cursor: Standing, trouble: Trouble, error: unknown, name?: string): Promise<void> {
    const { db, logger } = this.#consumer;
    const tries = triesOf(cursor, trouble) + 1;
    const most = trouble === "react" ? MAX_BACKOFF_MS : MAX_PASSING_BACKOFF_MS;
    const waitMs = Math.min(most, FIRST_BACKOFF_MS * 2 ** tries);
    const what = name === undefined ? `Events of ${this.#producer}` : name;
    logger.warn(
      `${what} could not be ${trouble === "read" ? "read" : "reacted to"} (${tries}).`,
      error,
    );
    const text = textOf(error);
    await noteTrouble(db.sql, this.#producer, cursor.position, { trouble, waitMs, error: text });
    setTimeout(() => void this.look(), waitMs).unref();
  }
}

const triesOf = (cursor: Standing, trouble: Trouble): number =>
  cursor.trouble === trouble ? cursor.tries : 0;

export const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
