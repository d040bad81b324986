/**
 * Returns true if a text is exactly what `Date` writes for a moment of our era. Patterns accept the
 * 30th of February, `Date.parse` much more; Postgres would reject either later, as an error.
 */
export function isMoment(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString() === text && text >= "0001";
}
