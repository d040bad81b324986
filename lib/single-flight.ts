import { setTimeout as sleep } from "node:timers/promises";
import { TimeLimitExceeded, withTimeLimit } from "./time-limit.ts";

interface Options {
  readonly restMs?: number;
  /** After `ms` the next run begins without waiting for this one, which may still go on. */
  readonly limit?: { readonly ms: number; readonly onExceeded: (error: Error) => void };
}

/**
 * Runs `work` once at a time. Calls during a run share one next run, which begins `restMs` later:
 * under load one run serves many calls. A call waits for a run that began after it, and no longer
 * than its limit.
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
    // A run that rests, or has just ended, counts too: otherwise two would run at once.
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
