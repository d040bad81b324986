/** Reads a producer's feed for one consumer: from where, how much, and only what it wants. */
import type { ServiceBroker } from "moleculer";
import { call } from "../lib/bus.ts";
import type { Batch, Envelope } from "../lib/feed.ts";
import type { CursorState } from "../lib/feed-cursor.ts";
import { InvalidInput } from "../lib/validator.ts";
import { eventsOf } from "./feed.actions.ts";

export class FeedReader {
  readonly #broker: ServiceBroker;
  readonly #contract: ReturnType<typeof eventsOf>;
  readonly #names: string[];
  readonly #most: number;
  /** The number of events to fetch; lower after a fetch that failed. */
  #limit: number;
  /** Between these positions there is nothing wanted; the cursor does not know it yet. */
  #passed = { from: 0, to: 0 };

  constructor(
    broker: ServiceBroker,
    producer: string,
    { names, most }: { names: Iterable<string>; most: number },
  ) {
    this.#broker = broker;
    this.#contract = eventsOf(producer);
    this.#names = [...names];
    this.#most = most;
    this.#limit = most;
  }

  get isAvailable(): boolean {
    return this.#broker.registry.actions.isAvailable(this.#contract.name);
  }

  /** The next events. May hold events of other names, where the producer is of the version before. */
  async read({ position, tries, trouble }: CursorState): Promise<Batch> {
    const after = this.#after(position);
    // One that fails is tried alone; nodes of the version before did not say what the trouble is.
    const alone = tries > 0 && (trouble === "react" || trouble === null);
    const limit = alone ? 1 : this.#limit;
    const answer = await this.#ask(after, limit).catch((error: unknown) => {
      this.#limit = Math.max(1, Math.floor(this.#limit / 2));
      throw error;
    });
    this.#limit = Math.min(this.#most, this.#limit * 2);
    const events = answer.events as Envelope[];
    // It has gone back, to a backup: what we knew of it is of another feed.
    if (answer.head !== undefined && answer.head < after) this.#passed = { from: 0, to: 0 };
    return {
      events,
      head: answer.head ?? events.at(-1)?.position ?? after,
      more: answer.more ?? events.length === limit,
    };
  }

  /** Remembers that nothing between the cursor and `head` is wanted: it is not read again. */
  pass({ position }: CursorState, head: number): void {
    if (head > position) this.#passed = { from: position, to: head };
  }

  #after(position: number): number {
    const { from, to } = this.#passed;
    return from <= position && position < to ? to : position;
  }

  #ask(after: number, limit: number) {
    const names = this.#names;
    return call(this.#broker, this.#contract, { after, limit, names }).catch((error: unknown) => {
      // A producer of the version before knows no names, and refuses them.
      if (InvalidInput.is(error)) return call(this.#broker, this.#contract, { after, limit });
      throw error;
    });
  }
}
