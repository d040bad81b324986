/**
 * Which tags were invalidated, as far as this node has heard. Nothing is searched for and deleted: a
 * kept answer carries its tags and the moment at which its making began, and is judged when it is read.
 * So memory, Redis and the gateway's bytes follow one rule, and Redis may be away when something changes.
 */
import { randomUUID } from "node:crypto";
import type { ServiceBroker } from "moleculer";

/** Name of the broadcast that tells every node which tags are invalid: `{ tags: [...] }`. */
export const CACHE_INVALIDATED = "cache.invalidated";

/**
 * How long after hearing of an invalidation a node distrusts what others made: their clocks differ, and
 * they may hear of it later than this one.
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
  /** What began before it is not trusted, whatever its tags: what happened then is not known here. */
  #since: Heard = { sequence: 0, at: Date.now() };
  readonly #heard = new Map<string, Heard>();

  /** To be asked for before an answer is made. */
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

  /** Broadcasts may have been missed: nothing that was kept so far is trusted. */
  addAll(): void {
    this.#since = this.#next();
    this.#heard.clear();
  }

  /** Whether an answer is still right that is read where it was kept, by this node or another. */
  isValid(stamp: Stamp, tags: readonly string[]): boolean {
    return stamp.by === this.#id ? this.isUnchanged(stamp, tags) : this.isUndoubted(stamp.at, tags);
  }

  /** Whether none of the tags was invalidated since this node's own `stamp`. */
  isUnchanged({ sequence }: Stamp, tags: readonly string[]): boolean {
    if (sequence === this.#sequence || tags.length === 0) return true;
    return this.#all(tags, (heard) => heard.sequence <= sequence);
  }

  /** Whether another node, asked at `at`, must have heard of all invalidations that this one knows. */
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

/** Those that the node of this broker has heard of. */
export function invalidationsOf(broker: ServiceBroker): Invalidations {
  const found = known.get(broker) ?? new Invalidations();
  known.set(broker, found);
  return found;
}
