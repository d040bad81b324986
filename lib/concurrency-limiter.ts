/**
 * Lets only so many do something at once; the others wait in the order they came. A crowd that all
 * goes in together is served later, every one of it: each holds up the others until time runs out
 * for all (congestion collapse; Heiss and Wagner, "Adaptive load control in transaction processing
 * systems", VLDB 1991).
 */

interface ConcurrencyLimits {
  readonly atOnce: number;
  /** After so long the next is let in, though this one is not finished: it waits for something else. */
  readonly maxHoldMs: number;
  /** Who has waited longer is turned away, rather than served when nobody listens any more. */
  readonly queueTimeoutMs: number;
  readonly maxWaiting: number;
  /** What is thrown to whoever is turned away. */
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
