/** Suggests corrections of misspelled words. */

/** Small letters without accents, as the database's `plain` makes them. */
export const plain = (text: string): string =>
  text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().trim();

/** Shorter words have too many neighbours for one of them to be meant. */
export const SHORTEST = 4;
const LONGER = 6;
export const LONGEST = 30;

/**
 * The query with each word that no word of `vocabulary` begins with replaced by the nearest one that
 * begins alike: one slip away, or two from six letters on. Undefined if there is nothing to replace.
 * `vocabulary` is as `plain` makes it.
 */
export function corrected(query: string, vocabulary: readonly string[]): string | undefined {
  const words = plain(query).split(/\s+/);
  const meant = words.map((word) => nearest(word, vocabulary) ?? word);
  return meant.some((word, n) => word !== words[n]) ? meant.join(" ") : undefined;
}

function nearest(word: string, vocabulary: readonly string[]): string | undefined {
  if (word.length < SHORTEST || word.length > LONGEST || !/^\p{L}+$/u.test(word)) return undefined;
  if (vocabulary.some((known) => known.startsWith(word))) return undefined;
  const most = word.length < LONGER ? 1 : 2;
  let best: { known: string; slips: number } | undefined;
  for (const known of vocabulary) {
    if (!beginAlike(word, known) || Math.abs(known.length - word.length) > most) continue;
    const found = slips(word, known);
    if (found <= most && (!best || found < best.slips)) best = { known, slips: found };
  }
  return best?.known;
}

/** Few mistype a first letter, other than by changing places with the second. */
const beginAlike = (a: string, b: string): boolean =>
  a[0] === b[0] || (a[0] === b[1] && a[1] === b[0]);

/**
 * Returns the number of letters that were omitted, added, replaced or transposed with a neighbour.
 * Optimal string alignment: L. Boytsov, "Indexing methods for approximate dictionary searching"
 * (2011), 2.1.
 */
export function slips(a: string, b: string): number {
  let [before, last] = [[] as number[], [] as number[]];
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i += 1) {
    [before, last, row] = [last, row, [i]];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row[j] = least;
    }
  }
  return row[b.length] ?? 0;
}
