/** Works off a queue: a few at once, each on one node only, with a limit. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "moleculer";
import type { Db } from "./database.ts";
import { LEASE_MS, type Queue, type Taken } from "./job-queue.ts";
import { isPassing } from "./sql.ts";
import { withTimeLimit } from "./time-limit.ts";

/** A free slot polls for new work this often while others are still running. */
const LOOK_EVERY_MS = 250;

export interface Work {
  readonly name: string;
  readonly queue: Queue;
  /** True when the row is at its end, so that it need not be made free again. */
  readonly run: (row: Taken) => Promise<unknown>;
  readonly concurrency: number;
  readonly limitMs: number;
  readonly maxTries: number;
  /** The node takes nothing more: others go on. */
  readonly leaving: () => boolean;
  readonly onCount: (change: 1 | -1) => void;
}
type Worker = Pick<Service, "logger"> & { readonly db: Db };

/**
 * Takes and works until nothing is due. A row whose work fails is logged and left for its next try; one
 * that takes long does not hold up others. Once the node leaves, nothing more is taken.
 */
export async function workOff(worker: Worker, work: Work): Promise<void> {
  const running = new Set<Promise<void>>();
  try {
    for (;;) {
      const free = work.leaving() ? 0 : work.concurrency - running.size;
      const rows = free > 0 ? await work.queue.take(worker.db.sql, free) : [];
      for (const row of rows) {
        const one = workOn(worker, work, row).finally(() => running.delete(one));
        running.add(one);
      }
      if (running.size === 0) return;
      await firstOf(running);
    }
  } finally {
    await Promise.all(running);
  }
}

/** Waits until one of `running` has ended, but not for long. */
async function firstOf(running: Iterable<Promise<void>>): Promise<void> {
  const tick = new AbortController();
  const pause = sleep(LOOK_EVERY_MS, undefined, { signal: tick.signal }).catch(() => undefined);
  await Promise.race([...running, pause]);
  tick.abort();
}

async function workOn({ db: { sql }, logger }: Worker, work: Work, row: Taken): Promise<void> {
  const { name, queue, run, limitMs, maxTries, onCount } = work;
  const what = `${name} ${row.$key.join(" ")}`;
  const unkept = (error: unknown) => logger.warn(`What became of ${what} was not kept.`, error);
  const renewing = setInterval(() => void queue.renew(sql, row).catch(unkept), LEASE_MS / 3);
  onCount(1);
  const ended = await withTimeLimit((async () => run(row))(), limitMs, what).then(
    (over) => () => queue.end(sql, row, over === true),
    (error: unknown) => () => failed(error),
  );
  clearInterval(renewing);
  await ended().catch(unkept);
  onCount(-1);

  async function failed(error: unknown): Promise<void> {
    if (isPassing(error)) {
      logger.debug(`${what} could not be done now; it will be later.`, error);
      return void (await queue.release(sql, row));
    }
    logger.warn(`${what} has failed; it will be tried again.`, error);
    if (await queue.fail(sql, row, textOf(error), maxTries))
      logger.error(`${what} has failed ${maxTries} times and is put aside.`, error);
  }
}

const textOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    .replaceAll("\0", "")
    .slice(0, 1_000);
