/** Many at once. */

/** Does `work` for each, at most `width` at a time, and answers in their order. */
export async function concurrently<T, R>(
  all: readonly T[],
  width: number,
  work: (one: T, n: number) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < all.length; n = next++) answers[n] = await work(all[n] as T, n);
  };
  await Promise.all(Array.from({ length: Math.min(width, all.length) }, worker));
  return answers;
}
export const times = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
