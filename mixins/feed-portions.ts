/** How many events are reacted to in one transaction. */
import type { Envelope } from "../lib/feed.ts";

/**
 * After a failure the portion is cut: before the event whose reaction threw, or, where nobody knows which
 * one it was (a commit that failed), in half, and again in half, until the one is alone. So
 * each failure costs at most what went well before it, and a search only the logarithm of the
 * portion. Afterwards portions grow twofold, because a bad event seldom comes alone.
 */
export class Portions {
  size: number;
  readonly #most: number;
  /** So many of the next events have a bad one among them. */
  #suspects = 0;

  constructor(most: number) {
    this.#most = most;
    this.size = most;
  }

  succeeded(count: number): void {
    this.#suspects = Math.max(0, this.#suspects - count);
    this.size = this.#suspects > 0 ? half(this.#suspects) : Math.min(this.#most, this.size * 2);
  }

  /** Of `count` events, the one at `index` threw; undefined if it cannot be said which one. */
  failed(count: number, index: number | undefined): void {
    this.#suspects = index === undefined ? count : index + 1;
    this.size = index === undefined ? half(count) : Math.max(1, index);
    // Alone: what comes after it is not under suspicion.
    if (count === 1) this.#suspects = 0;
  }
}
const half = (count: number) => Math.max(1, Math.floor(count / 2));

/** The first `size` events, and where the cursor stands after them: the last portion passes all to `head`. */
export function nextPortion(
  events: readonly Envelope[],
  size: number,
  head: number,
): { events: readonly Envelope[]; to: number } {
  const portion = events.slice(0, size);
  const isLast = portion.length === events.length;
  return { events: portion, to: isLast ? head : (portion.at(-1)?.position ?? head) };
}
