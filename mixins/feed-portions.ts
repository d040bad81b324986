/** Decides how many events are processed in one transaction. */
import type { Envelope } from "../lib/feed.ts";

/**
 * A failure reduces the portion: to the events before the one whose reaction threw, or, where that
 * one is unknown (a failed commit), to half, until one event is alone. So each failure repeats at
 * most the events before it, and a search costs the logarithm of the portion. Afterwards portions
 * double, because a bad event seldom comes alone.
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

  /** Records that of `count` events the one at `index` threw; undefined if unknown. */
  failed(count: number, index: number | undefined): void {
    this.#suspects = index === undefined ? count : index + 1;
    this.size = index === undefined ? half(count) : Math.max(1, index);
    // Alone: what comes after it is not under suspicion.
    if (count === 1) this.#suspects = 0;
  }
}
const half = (count: number) => Math.max(1, Math.floor(count / 2));

/** Returns the first `size` events, and the position after them: `head` for the last portion. */
export function nextPortion(
  events: readonly Envelope[],
  size: number,
  head: number,
): { events: readonly Envelope[]; to: number } {
  const portion = events.slice(0, size);
  const isLast = portion.length === events.length;
  return { events: portion, to: isLast ? head : (portion.at(-1)?.position ?? head) };
}
