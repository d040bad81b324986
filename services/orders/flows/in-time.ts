import { setTimeout as sleep } from "node:timers/promises";

/** An answer never waits longer than this for an order's process; that goes on by itself. */
export const INLINE_MS = 5_000;

/** Waits for `work`, but not longer than `ms`; it goes on by itself then. */
export async function inTime(work: Promise<void>, ms: number): Promise<void> {
  const timer = new AbortController();
  const late = sleep(Math.max(0, ms), undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([work, late]);
  timer.abort();
}
