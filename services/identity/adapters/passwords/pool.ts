/**
 * Hashes and compares passwords with bcrypt (requirement 000-72) outside the event loop: one
 * computation takes some 0.2 s, in which the node would answer no one.
 */
import { availableParallelism } from "node:os";
import { costOf, hashOfNobody } from "./bcrypt.ts";
import { assertNotTooLong } from "./policy.ts";
import { type ThreadLimits, threadsFor } from "./threads.ts";
import type { PasswordJob } from "./worker.ts";

export interface PasswordPoolOptions extends Partial<ThreadLimits> {
  /** log2 of bcrypt's rounds; 12 by default, less only in tests. */
  readonly cost?: number;
  /** Another program for the threads: how tests make one die. */
  readonly worker?: URL;
}

export interface PasswordPool {
  /** A new bcrypt hash. Each call gives another one, for the salt. */
  readonly hash: (password: string) => Promise<string>;
  /** Returns true if `password` matches `hash`. An invalid hash matches nothing, as slowly. */
  readonly verify: (password: string, hash: string) => Promise<boolean>;
  /** Takes as long as `verify`, so that timing does not reveal which accounts exist. */
  readonly verifyUnknown: (password: string) => Promise<false>;
  /** True for a hash weaker than today's: replace it at the next successful sign-in. */
  readonly needsRehash: (hash: string) => boolean;
  readonly status: () => PoolStatus;
  readonly close: () => Promise<void>;
}

export interface PoolStatus {
  readonly threads: number;
  readonly running: number;
  readonly queued: number;
  /** bcrypt computations that were asked of a thread since the start, and their rounds in all. */
  readonly computations: number;
  readonly rounds: number;
}

/**
 * A pool that starts its threads when they are needed and ends them when they idle: an idle node
 * pays nothing for it. `hash`, `verify` and `verifyUnknown` throw PasswordsBusy (503, with
 * `retryAfterSeconds`) when 50 wait already or one has waited for 4 s, PasswordTooLong (400) beyond
 * 128 characters, and Error if the thread died; none of them ever waits for ever. It binds the time
 * that guessing takes on this node, not how often one may guess: that is `domain/lockout.ts`.
 */
export function passwordPool(options: PasswordPoolOptions = {}): PasswordPool {
  const { cost = 12, worker = new URL("./worker.ts", import.meta.url), ...limits } = options;
  const threads = threadsFor<PasswordJob>(worker, {
    threads: Math.max(1, availableParallelism() - 1),
    queueLimit: 50,
    maxWaitMs: 4_000,
    maxRunMs: 30_000,
    idleMs: 10_000,
    ...limits,
  });
  let computations = 0;
  let rounds = 0;

  async function run(job: PasswordJob, jobCost: number): Promise<unknown> {
    assertNotTooLong(job.password);
    const answer = await threads.run(job);
    computations += 1;
    rounds += 2 ** jobCost;
    return answer;
  }
  async function compare(password: string, hash: string, jobCost: number): Promise<boolean> {
    return (await run({ kind: "compare", password, hash }, jobCost)) === true;
  }
  async function verifyUnknown(password: string): Promise<false> {
    await compare(password, hashOfNobody(cost), cost);
    return false;
  }
  return {
    hash: async (password) => String(await run({ kind: "hash", password, cost }, cost)),
    verify: async (password, hash) => {
      const itsCost = costOf(hash);
      return itsCost === undefined ? verifyUnknown(password) : compare(password, hash, itsCost);
    },
    verifyUnknown,
    needsRehash: (hash) => (costOf(hash) ?? 0) < cost,
    status: () => ({ ...threads.status(), computations, rounds }),
    close: threads.close,
  };
}
