import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `work` once at a time. However often it is asked for meanwhile, it then runs once more, after
 * a rest of `restMs`: under load more is done by one run, and without it nobody waits.
 * Whoever asks waits for a run that began after the asking.
 */
export function oneAtATime(
  work: () => Promise<void>,
  { restMs = 0 }: { restMs?: number } = {},
): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const start = (): Promise<void> => {
    running = work().finally(() => (running = undefined));
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
