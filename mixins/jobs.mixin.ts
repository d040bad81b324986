/** Runs a service's jobs: once for each enqueued one, repeatedly, or for each row that is due. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceSchema } from "moleculer";
import { v7 } from "uuid";
import { mixin } from "../lib/bus.ts";
import {
  backoff,
  type DueRows,
  insertJob,
  jobQueue,
  type JobState,
  jobStates,
  type Queue,
  rowQueue,
  type Taken,
} from "../lib/job-queue.ts";
import { type Work, workOff } from "../lib/job-worker.ts";
import { runInContext } from "../lib/request-context.ts";
import { singleFlight } from "../lib/single-flight.ts";
import { isPassing, type Sql, type Tx } from "../lib/sql.ts";
import { withTimeLimit } from "../lib/time-limit.ts";
import type { DatabaseService } from "./database.mixin.ts";

export interface ScheduledJob<S> {
  readonly everyMs: number;
  /** One node of all runs it each time, instead of every node, and never twice at once. */
  readonly unique?: true;
  /** Time limit of a run, after which the next one may begin. */
  readonly limitMs?: number;
  /** Answers true when there may be more to do: then it is run again at once. */
  readonly run: (service: S) => Promise<unknown>;
}
interface Limits {
  readonly concurrency?: number;
  /** Time limit of one run, after which it counts as failed. */
  readonly limitMs?: number;
  /** After this many failures, other than transient ones, a job is put aside. */
  readonly maxTries?: number;
}
/** Runs for each due row of a table of the service; twice for one if a node dies. */
export interface RowJob<S, R> extends Limits {
  readonly due: DueRows;
  readonly everyMs?: number;
  /** Answers true when the row is not open any more. */
  readonly run: (service: S, row: R) => Promise<unknown>;
}
/** Runs once for each time it is enqueued; twice if a node dies. */
export interface QueuedJob<S, P extends object> extends Limits {
  /** Seconds until the second try, and at most between tries. */
  readonly backoff?: readonly [first: number, most: number];
  readonly run: (service: S, payload: P) => Promise<unknown>;
}
type Job<S> = ScheduledJob<S> | RowJob<S, never> | QueuedJob<S, never>;

export interface Jobs<Name extends string = string> {
  /** Does at once what would be done at the next turn. */
  kick(name: Name): void;
  /** Does `job` once `tx` has committed, or at `runAt`. Of one `key` there is one at a time. */
  enqueue<P extends object>(
    tx: Tx,
    job: QueuedJob<never, P>,
    payload: P,
    options?: { readonly key?: string; readonly runAt?: Date },
  ): Promise<void>;
  /** Number of running jobs by kind on this node. */
  readonly running: ReadonlyMap<string, number>;
  states(sql: Sql): Promise<JobState[]>;
}
export type JobsService<Name extends string = string> = { jobs: Jobs<Name> };

type Self = DatabaseService &
  JobsService & { leaving: boolean; jobTimers: NodeJS.Timeout[]; runs: Map<string, Run> };
interface Run {
  readonly everyMs: number;
  readonly once: () => Promise<void>;
}

const LOOK_EVERY_MS = 1_000;
const RUN_LIMIT_MS = 900_000;
const WORK_LIMIT_MS = 120_000;
/** Providers and services answer in some hundred ms. */
const CONCURRENCY = 8;
const MAX_TRIES = 25;
/** The largest integer of Postgres. */
const FOR_EVER = 2 ** 31 - 1;
/** Kicked again while it works, it rests first: under load one turn then does the work of many. */
const REST_MS = 20;
/** A node that leaves has ten seconds in all. What is not done then is done elsewhere after its lease. */
const STOP_LIMIT_MS = 5_000;

/** Gives a service jobs. Put it before `Database` in the list of mixins. */
export function Jobs<S>(jobs: Readonly<Record<string, Job<S>>>): Partial<ServiceSchema> {
  const queues = new Map(Object.entries(jobs).map(([name, job]) => [name, queueFor(name, job)]));
  return mixin({
    created(this: Self) {
      this.leaving = false;
      this.jobTimers = [];
      const running = new Map<string, number>();
      const runOf = ([name, job]: [string, Job<S>]): [string, Run] => {
        const count = (change: number) => running.set(name, (running.get(name) ?? 0) + change);
        const round = () =>
          runRound(this as S & Self, { name, job, queue: queues.get(name), count });
        const once = singleFlight(round, { restMs: REST_MS });
        return [name, { once, everyMs: lookEveryMs(job) }];
      };
      this.runs = new Map(Object.entries(jobs).map(runOf));
      const kick = (name: string) => void this.runs.get(name)?.once();
      this.jobs = {
        kick,
        running,
        states: (sql) =>
          jobStates(
            sql,
            [...queues.values()].flatMap((queue) => queue ?? []),
          ),
        enqueue: async (tx, job, payload, { key = v7(), runAt } = {}) => {
          const kind = Object.keys(jobs).find((name) => (jobs[name] as unknown) === job);
          if (kind === undefined) throw new Error(`${this.name} has no such job.`);
          await insertJob(this.db.in(tx), { kind, key, payload, runAt });
          if (!runAt || runAt.getTime() <= Date.now()) this.db.afterCommit(tx, () => kick(kind));
        },
      };
    },
    started(this: Self) {
      this.jobTimers = [...this.runs.values()].map(({ everyMs, once }) =>
        setInterval(() => void once(), everyMs),
      );
    },
    async stopped(this: Self) {
      this.leaving = true;
      for (const timer of this.jobTimers) clearInterval(timer);
      const all = Promise.all([...this.runs.values()].map(({ once }) => once()));
      await Promise.race([all, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
    },
  });
}

const isScheduled = <S>(job: Job<S>): job is ScheduledJob<S> => "everyMs" in job && !("due" in job);

function queueFor<S>(name: string, job: Job<S>): Queue | undefined {
  if ("due" in job) return rowQueue(name, job.due);
  if (!isScheduled(job)) return jobQueue(name, backoff(...(job.backoff ?? [1, 3_600])));
  // The next run stays in step with the interval; missed runs are skipped.
  const next = `greatest(now(), run_at + ${job.everyMs} * interval '1 millisecond')`;
  return job.unique && jobQueue(name, next, true);
}

const lookEveryMs = <S>(job: Job<S>): number => {
  const { everyMs = LOOK_EVERY_MS } = job as { everyMs?: number };
  return "unique" in job ? Math.min(everyMs, Math.max(LOOK_EVERY_MS, everyMs / 10)) : everyMs;
};

type Host = Pick<Self, "db" | "logger" | "name"> & { leaving?: boolean };
interface Round<S> {
  readonly name: string;
  readonly job: Job<S>;
  readonly queue?: Queue | undefined;
  readonly count?: (change: 1 | -1) => void;
}
/** Does a job of `service` until nothing is due. What fails is logged. */
export async function runRound<S>(
  service: S & Host,
  { name, job, queue = queueFor(name, job), count = () => undefined }: Round<S>,
): Promise<void> {
  if (service.leaving) return;
  try {
    await runInContext({ action: `${service.name}.${name}` }, async () => {
      if (!queue) return await repeat(service, name, job as ScheduledJob<S>, count);
      if (isScheduled(job))
        await insertJob(service.db.sql, { kind: name, key: "", payload: {}, runAt: undefined });
      await workOff(service, workOf(service, { name, job, queue, count }));
    });
  } catch (error) {
    const text = `${name} could not be done; it will be tried at its next turn.`;
    if (isPassing(error)) service.logger.debug(text, error);
    else service.logger.error(text, error);
  }
}

async function repeat<S>(
  service: S & Host,
  name: string,
  { run, limitMs = RUN_LIMIT_MS }: ScheduledJob<S>,
  count: (change: 1 | -1) => void,
): Promise<void> {
  count(1);
  try {
    const once = async () => run(service);
    while ((await withTimeLimit(once(), limitMs, `A run of ${name}`)) === true && !service.leaving);
  } finally {
    count(-1);
  }
}

function workOf<S>(
  service: S & Host,
  { name, job, queue, count: onCount }: Required<Round<S>> & { queue: Queue },
): Work {
  const shared = { name, queue, onCount, leaving: () => service.leaving === true };
  if (isScheduled(job)) {
    const { limitMs = RUN_LIMIT_MS } = job;
    const run = async () => {
      while ((await job.run(service)) === true && !service.leaving);
    };
    return { ...shared, run, limitMs, concurrency: 1, maxTries: FOR_EVER };
  }
  const { concurrency = CONCURRENCY, limitMs = WORK_LIMIT_MS, maxTries = MAX_TRIES } = job;
  const run = async (row: Taken) =>
    "due" in job
      ? job.run(service, row as never)
      : void (await job.run(service, (row as unknown as { payload: never }).payload));
  return { ...shared, run, concurrency, limitMs, maxTries };
}
