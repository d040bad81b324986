/** Of all the points that were passed, those at which it is worth dying. */

/** The last step of a process: behind the others' commits there is the next one's call. */
const LAST_COMMIT = /^commit\.(checkout\.(commit|uncoupon)|cancel\.restock)\.after$/;
const COMMIT_OF_A_STEP = /^commit\.(checkout|cancel)\./;
const CALL_OF_A_STEP = /^(checkout|cancel)\.\w+\.(before|after)-call$/;
const AFTER = /^(commit|statement)\..*\.after$/;
const RING = /^commit\.\w+\.ring\.after$/;

/**
 * What lasts changes at commits only, so deaths between two commits are one death. Taken are, of each
 * step of a process, the points before its call (right after the commit of the step before it) and
 * after it (right before its own commit), and the point after any other commit. Of the numbering of
 * events, which is the same for every service, one is taken. The last ones come first: stories that
 * wait to go on then have the points to come behind them.
 */
export function deathPoints(passed: readonly string[]): string[] {
  const distinct = [...new Set(passed)];
  const [aRing] = distinct.filter((name) => RING.test(name));
  const worthIt = (name: string) =>
    CALL_OF_A_STEP.test(name) ||
    LAST_COMMIT.test(name) ||
    name === aRing ||
    (AFTER.test(name) && !COMMIT_OF_A_STEP.test(name) && !RING.test(name));
  return distinct.filter(worthIt).toReversed();
}
