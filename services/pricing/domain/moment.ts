/**
 * An ISO 8601 moment in milliseconds since 1970, so that moments written in different zones or with
 * other precision compare right. @throws RangeError for what is not a moment
 */
export function millisecondsOf(moment: string): number {
  const milliseconds = Date.parse(moment);
  if (Number.isNaN(milliseconds)) throw new RangeError(`“${moment}” is not a moment.`);
  return milliseconds;
}
