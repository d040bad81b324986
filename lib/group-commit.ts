/**
 * Group commit: commands that wait at the same moment are carried out in one transaction. There is
 * no timer: a group leaves as soon as the one before it is back, so a lone command waits for nobody
 * and under load groups grow by themselves. (The idea is the databases' own: DeWitt et al.,
 * "Implementation techniques for main memory database systems", SIGMOD 1984.)
 */
import { type RequestContext, requestContext, runInContext } from "./request-context.ts";
import { DatabaseTimeout, isPassing } from "./sql.ts";

interface Grouping<C, R> {
  /** Names the group in logs and failpoints. */
  readonly name: string;
  /**
   * Carries out all of a group and answers each, in their order; an Error refuses that one command
   * only. Throwing means that nothing was done. One group at a time.
   */
  readonly run: (group: readonly C[]) => Promise<readonly (R | Error)[]>;
  /** Makes the error for a command that arrives while `maxWaiting` wait. */
  readonly full: () => Error;
  readonly maxGroup?: number;
  readonly maxWaiting?: number;
}
interface Waiting<C, R> {
  readonly command: C;
  readonly resolve: (answer: R) => void;
  readonly reject: (error: unknown) => void;
}

/** The request context of each command, as commands of several callers are executed together. */
const causes = new WeakMap<object, RequestContext>();
/** Runs `work` with the actor and trace of the caller that sent `command`. */
export const runAs = <T>(command: object, work: () => T): T =>
  runInContext(causes.get(command) ?? {}, work);

const MAX_GROUP = 500;
const MAX_WAITING = 5_000;
/** A command that failed with its group is tried alone, against what others did meanwhile. */
const TRIES_ALONE = 3;

/**
 * Returns a function that enqueues a command and resolves when its group has committed. A group
 * that fails is retried command by command, so that one bad command fails alone; a transient error
 * (no database, a lock timeout) rejects the whole group at once.
 */
export function groupCommit<C, R>(grouping: Grouping<C, R>): (command: C) => Promise<R> {
  const { name, full, maxGroup = MAX_GROUP, maxWaiting = MAX_WAITING } = grouping;
  const waiting: Waiting<C, R>[] = [];
  let busy = false;

  const work = async () => {
    // Commands that arrive in the same tick join the group.
    await Promise.resolve();
    while (waiting.length > 0) await executeGroup(grouping, waiting.splice(0, maxGroup));
    busy = false;
  };
  return (command) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= maxWaiting) return reject(full());
      if (typeof command === "object" && command !== null) causes.set(command, requestContext());
      waiting.push({ command, resolve, reject });
      if (busy) return;
      busy = true;
      // The group must not inherit the request context of its first command.
      void runInContext({ action: name }, work);
    });
}

/** Never throws: every command of the group is answered or refused. */
async function executeGroup<C, R>(
  grouping: Grouping<C, R>,
  group: readonly Waiting<C, R>[],
): Promise<void> {
  try {
    settle(group, await grouping.run(group.map(({ command }) => command)));
  } catch (error) {
    if (concernsAll(error)) for (const { reject } of group) reject(error);
    else for (const one of group) await executeAlone(grouping, one);
  }
}

async function executeAlone<C, R>(grouping: Grouping<C, R>, one: Waiting<C, R>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return settle([one], await grouping.run([one.command]));
    } catch (error) {
      if (concernsAll(error) || tries >= TRIES_ALONE) return one.reject(error);
    }
  }
}

/** Such errors have no single command as cause, and retrying each alone would not help. */
const concernsAll = (error: unknown): boolean => isPassing(error) || DatabaseTimeout.is(error);

function settle<C, R>(group: readonly Waiting<C, R>[], answers: readonly (R | Error)[]): void {
  for (const [i, { resolve, reject }] of group.entries()) {
    const answer = answers[i];
    if (answer === undefined) reject(new Error("A command of the group was not answered."));
    else if (answer instanceof Error) reject(answer);
    else resolve(answer);
  }
}
