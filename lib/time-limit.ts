export class TimeLimitExceeded extends Error {}

/**
 * Waits for `work` no longer than `limitMs`; later results are ignored.
 * @throws TimeLimitExceeded with the name `what`
 */
export async function withTimeLimit<T>(
  work: Promise<T>,
  limitMs: number,
  what: string,
): Promise<T> {
  const { promise: exceeded, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new TimeLimitExceeded(`${what} has not come back within ${limitMs} ms.`)),
    limitMs,
  ).unref();
  return Promise.race([work, exceeded]).finally(() => clearTimeout(timer));
}
