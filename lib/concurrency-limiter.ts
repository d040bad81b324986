/**
 * Limits how many run at once; the others wait in order of arrival. Without it an overload slows
 * every request until all time out (congestion collapse; Heiss and Wagner, "Adaptive load control
 * in transaction processing systems", VLDB 1991).
 */

interface ConcurrencyLimits {
  readonly atOnce: number;
  /** After this time the next one starts although this one has not finished. */
  readonly maxHoldMs: number;
  /** A request that has waited longer is refused, since its client has given up by then. */
  readonly queueTimeoutMs: number;
  readonly maxWaiting: number;
  /** Makes the error for a refused request. */
  readonly full: () => Error;
}

/** Gives the function that does `work` in its turn. */
export function concurrencyLimiter(
  limits: ConcurrencyLimits,
): <T>(work: () => Promise<T>) => Promise<T> {
  const { atOnce, maxHoldMs, queueTimeoutMs, maxWaiting, full } = limits;
  const waiting: (() => void)[] = [];
  let inside = 0;

  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else inside -= 1;
  };
  const enter = async () => {
    if (inside < atOnce) return void (inside += 1);
    if (waiting.length >= maxWaiting) throw full();
    const came = performance.now();
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (performance.now() - came <= queueTimeoutMs) return;
    leave();
    throw full();
  };
  return async (work) => {
    await enter();
    let gone = false;
    const goOnce = () => {
      if (!gone) leave();
      gone = true;
    };
    const held = setTimeout(goOnce, maxHoldMs).unref();
    try {
      return await work();
    } finally {
      clearTimeout(held);
      goOnce();
    }
  };
}
