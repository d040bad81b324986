import { setTimeout as sleep } from "node:timers/promises";

/** Computes pauses that double with jitter, until a total time has passed. */
export class Backoff {
  readonly #until: number;
  #pauseMs: number;

  constructor(totalMs: number, firstMs = 100) {
    this.#until = performance.now() + totalMs;
    this.#pauseMs = firstMs;
  }

  /** Waits for the next pause; false when the total time has passed. */
  async pause(): Promise<boolean> {
    if (performance.now() > this.#until) return false;
    await sleep(this.#pauseMs * (0.5 + Math.random()));
    this.#pauseMs = Math.min(this.#pauseMs * 2, 5_000);
    return true;
  }
}
