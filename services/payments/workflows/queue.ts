/** Works off a queue of rows: a few at once, each on one node only. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "../../../lib/sql.ts";
import { type Leased, LEASE_MS, releaseLease, renewLease } from "../store/lease.store.ts";
import type { PaymentsService } from "../payments.types.ts";

/** How many rows of a queue one node works on at once. Providers answer in some hundred ms. */
const AT_ONCE = 8;
/** How long a free place waits for what has come meanwhile, while others are still at work. */
const LOOK_EVERY_MS = 250;

export interface Queue<R> {
  readonly table: Leased;
  /** Takes up to `limit` due rows, with a lease. */
  take(sql: Sql, limit: number): Promise<R[]>;
  keyOf(row: R): readonly string[];
  /** True when the row is at its end, so that it need not be made free again. */
  work(row: R): Promise<boolean>;
}

/**
 * Takes and works until nothing is due. A row whose work fails is logged and left for its next try; one
 * that takes long does not hold up others. Once the node leaves, nothing more is taken.
 */
export async function workOff<R>(service: PaymentsService, queue: Queue<R>): Promise<void> {
  const running = new Set<Promise<void>>();
  try {
    for (;;) {
      const free = service.leaving ? 0 : AT_ONCE - running.size;
      const rows = free > 0 ? await queue.take(service.db.sql, free) : [];
      for (const row of rows) {
        const work = workOn(service, queue, row).finally(() => running.delete(work));
        running.add(work);
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

async function workOn<R>(service: PaymentsService, queue: Queue<R>, row: R): Promise<void> {
  const { db, logger } = service;
  const { table } = queue;
  const key = queue.keyOf(row);
  const unkept = (error: unknown) =>
    logger.warn(`The lease of ${table} ${key.join(" ")} could not be changed.`, error);
  const renewing = setInterval(
    () => void renewLease(db.sql, table, key).catch(unkept),
    LEASE_MS / 3,
  );
  const over = await queue.work(row).catch((error: unknown) => {
    logger.warn(`${table} ${key.join(" ")} could not be worked on; it will be later.`, error);
    return false;
  });
  clearInterval(renewing);
  if (!over) await releaseLease(db.sql, table, key).catch(unkept);
}
