import { setTimeout as sleep } from "node:timers/promises";
import { TimeLimitExceeded, withTimeLimit } from "./time-limit.ts";

interface Options {
  readonly restMs?: number;
  /** After `ms` a run is given up: it may still go on, but the next one begins without waiting for it. */
  readonly limit?: { readonly ms: number; readonly onExceeded: (error: Error) => void };
}

/**
 * Runs `work` once at a time. However often it is asked for meanwhile, it then runs once more, after
 * a rest of `restMs`: under load more is done by one run, and without it nobody waits.
 * Whoever asks waits for a run that began after the asking, and no longer than its limit.
 */
export function singleFlight(
  work: () => Promise<void>,
  { restMs = 0, limit }: Options = {},
): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const run = async () => {
    if (!limit) return work();
    try {
      await withTimeLimit(work(), limit.ms, "A run");
    } catch (error) {
      if (!(error instanceof TimeLimitExceeded)) throw error;
      limit.onExceeded(error);
    }
  };
  const start = (): Promise<void> => {
    running = run().finally(() => (running = undefined));
    return running;
  };
  return () => {
    // Also while it rests, or has ended this very moment: two would run at once otherwise.
    if (next) return next;
    if (!running) return start();
    next = running
      .catch(() => undefined)
      .then(() => (restMs > 0 ? sleep(restMs) : undefined))
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
