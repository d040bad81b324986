/**
 * Whether a text is exactly what `Date` writes for a moment of our era. Patterns let the 30th of
 * February pass, `Date.parse` much more; Postgres would refuse either later, as a fault.
 */
export function isMoment(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString() === text && text >= "0001";
}
