/** A wait that has an end. */

/**
 * Rejects with a DeadlinePassed that names `what` when `work` takes longer than `limitMs`. The work
 * cannot be stopped; its `signal` is aborted, and it should check that after each await before it
 * changes anything.
 */
export async function withDeadline<T>(
  limitMs: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DeadlinePassed(`${what} is given up after ${limitMs} ms.`);
      ended.abort(error);
      reject(error);
    }, limitMs);
  });
  try {
    return await Promise.race([work(ended.signal), passed]);
  } finally {
    clearTimeout(timer);
  }
}

class DeadlinePassed extends Error {
  override name = "DeadlinePassed";
}
