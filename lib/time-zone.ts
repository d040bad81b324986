/**
 * Returns true for the name of a time zone: `Europe/Paris`, `UTC`. An offset such as `+01:00` is
 * refused, because Postgres inverts its sign, as POSIX does.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
