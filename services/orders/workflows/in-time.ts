/** An answer never waits longer than this for an order's process; that goes on by itself. */
export const INLINE_MS = 5_000;

/** Waits for `work`, but not longer than `ms`; it goes on by itself then. */
export async function inTime(work: Promise<void>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(0, ms));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
