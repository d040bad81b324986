/**
 * The points at which it is worth dying, of all that were passed. What lasts changes at commits only,
 * so deaths between two commits are one death. Taken are the points before and after each call of a
 * process, at every passing, and the one after each commit. The last ones come first: stories that
 * wait to go on then have the points to come behind them.
 */
export function deathPoints(passed: readonly string[]): string[] {
  const times = new Map<string, number>();
  const found: string[] = [];
  for (const name of passed) {
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    const ofCall = /\.(before|after)-call$/.test(name);
    if (ofCall && nth > 1) found.push(`${name}#${nth}`);
    else if (nth === 1 && (ofCall || /^(commit|statement)\..*\.after$/.test(name)))
      found.push(name);
  }
  return found.toReversed();
}
