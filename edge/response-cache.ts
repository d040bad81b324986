/**
 * Caches the bytes of answers that are the same for everybody in the node, so that a product page
 * costs little more than writing it. A contract declares what is cacheable, for how long and under
 * which tags (`cache`).
 */
import { LRUCache } from "lru-cache";
import type { Action } from "../lib/contract.ts";
import type { Invalidations, Stamp } from "../lib/invalidations.ts";
import type { Representation } from "./representation.ts";

/** A cacheable answer, and its conditions. */
export interface Keeping {
  readonly key: string;
  readonly stamp: Stamp;
  readonly tags: readonly string[];
  readonly contract: Action;
}
interface Entry extends Omit<Keeping, "key"> {
  readonly representation: Representation;
}
const MAX_BYTES = 32 * 1024 * 1024;

export class ResponseCache {
  readonly #invalidations: Invalidations;
  readonly #isAlone: boolean;
  readonly #entries = new LRUCache<string, Entry>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ representation, tags }) => representation.size + 50 * tags.length + 300,
  });

  /** `isAlone`: all services are on this node; otherwise others may answer what is stale here already. */
  constructor(invalidations: Invalidations, { isAlone }: { readonly isAlone: boolean }) {
    this.#invalidations = invalidations;
    this.#isAlone = isAlone;
  }

  get(key: string): Pick<Entry, "representation" | "contract"> | undefined {
    const entry = this.#entries.get(key);
    if (!entry || this.#invalidations.isUnchanged(entry.stamp, entry.tags)) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  /** Must be taken before the answer is computed, so that later invalidations apply. */
  stamp(): Stamp {
    return this.#invalidations.stamp();
  }

  keep({ key, ...keeping }: Keeping, representation: Representation): void {
    const { stamp, tags, contract } = keeping;
    const invalidations = this.#invalidations;
    if (!invalidations.isUnchanged(stamp, tags)) return;
    if (!this.#isAlone && !invalidations.isUndoubted(stamp.at, tags)) return;
    // The compressed form is cached with the answer.
    representation.compress();
    const ttl = (contract.cache?.seconds ?? 0) * 1_000;
    this.#entries.set(key, { ...keeping, representation }, { ttl });
  }
}
