import { setTimeout as sleep } from "node:timers/promises";

/** Pauses that grow twofold with jitter, until patience is at its end. */
export class Backoff {
  readonly #until: number;
  #pauseMs: number;

  constructor(totalMs: number, firstMs = 100) {
    this.#until = performance.now() + totalMs;
    this.#pauseMs = firstMs;
  }

  /** Waits a while; false when there is no patience left. */
  async pause(): Promise<boolean> {
    if (performance.now() > this.#until) return false;
    await sleep(this.#pauseMs * (0.5 + Math.random()));
    this.#pauseMs = Math.min(this.#pauseMs * 2, 5_000);
    return true;
  }
}
