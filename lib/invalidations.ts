/**
 * Records which tags were invalidated, as far as this node knows. No entry is searched for and
 * deleted: a cached answer carries its tags and the moment at which it was begun, and is checked
 * when it is read. Memory, Redis and the gateway's bytes follow this one rule, and Redis may be
 * down when something changes.
 */
import { randomUUID } from "node:crypto";
import type { ServiceBroker } from "moleculer";

/** Name of the broadcast of invalid tags: `{ tags: [...] }`. */
export const CACHE_INVALIDATED = "cache.invalidated";

/**
 * For this time after an invalidation a node rejects answers of other nodes: their clocks differ,
 * and they may receive the broadcast later.
 */
const DISTRUST_MS = 1_000;
/** Longer than any contract keeps a tagged answer. */
const REMEMBER_MS = 600_000;
const MAX_TAGS = 50_000;

/** When the making of an answer began, and on which node. */
export interface Stamp {
  readonly by: string;
  readonly sequence: number;
  readonly at: number;
}
type Heard = Omit<Stamp, "by">;

export class Invalidations {
  readonly #id = randomUUID();
  #sequence = 0;
  /** Answers begun before this are invalid: earlier broadcasts were not received. */
  #since: Heard = { sequence: 0, at: Date.now() };
  readonly #heard = new Map<string, Heard>();

  /** Must be taken before an answer is computed. */
  stamp(): Stamp {
    return { by: this.#id, sequence: this.#sequence, at: Date.now() };
  }

  add(tags: readonly string[]): void {
    const heard = this.#next();
    for (const tag of tags) {
      // The map stays in the order of hearing.
      this.#heard.delete(tag);
      this.#heard.set(tag, heard);
    }
    this.#forget(heard.at);
  }

  /** Invalidates everything cached so far, since broadcasts may have been missed. */
  addAll(): void {
    this.#since = this.#next();
    this.#heard.clear();
  }

  /** Returns true if an answer that this or another node has cached is still valid. */
  isValid(stamp: Stamp, tags: readonly string[]): boolean {
    return stamp.by === this.#id ? this.isUnchanged(stamp, tags) : this.isUndoubted(stamp.at, tags);
  }

  /** Returns true if none of the tags was invalidated since this node's own `stamp`. */
  isUnchanged({ sequence }: Stamp, tags: readonly string[]): boolean {
    if (sequence === this.#sequence || tags.length === 0) return true;
    return this.#all(tags, (heard) => heard.sequence <= sequence);
  }

  /** Returns true if another node has by `at` received every invalidation that this one knows. */
  isUndoubted(at: number, tags: readonly string[]): boolean {
    return tags.length === 0 || this.#all(tags, (heard) => heard.at < at - DISTRUST_MS);
  }

  #all(tags: readonly string[], isPast: (heard: Heard) => boolean): boolean {
    if (!isPast(this.#since)) return false;
    return tags.every((tag) => {
      const heard = this.#heard.get(tag);
      return heard === undefined || isPast(heard);
    });
  }

  #next(): Heard {
    this.#sequence += 1;
    return { sequence: this.#sequence, at: Date.now() };
  }

  #forget(now: number): void {
    for (const [tag, heard] of this.#heard) {
      const isOld = heard.at < now - REMEMBER_MS;
      if (!isOld && this.#heard.size <= MAX_TAGS) return;
      this.#heard.delete(tag);
      if (!isOld) this.#since = heard;
    }
  }
}

const known = new WeakMap<ServiceBroker, Invalidations>();

/** Returns the invalidations that the node of this broker knows. */
export function invalidationsOf(broker: ServiceBroker): Invalidations {
  const found = known.get(broker) ?? new Invalidations();
  known.set(broker, found);
  return found;
}
