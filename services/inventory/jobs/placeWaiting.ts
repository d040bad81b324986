import type { ScheduledJob } from "../../../mixins/jobs.mixin.ts";
import { nextWaiting, placeAt } from "../store/placing.store.ts";
import type { InventoryDb, InventoryService } from "../inventory.types.ts";

/** So many variants at once: orders of these wait for one such transaction at most. */
const BATCH = 200;

/**
 * Posts stock that waits for a store once the store is open, or begins to ship: the action that
 * opens it answers before. Posted stock no longer waits, so any node continues after a crash.
 */
export const placeWaiting: ScheduledJob<InventoryService> = {
  everyMs: 2_000,
  run: ({ db }) => placeStep(db),
};

/** One batch in one transaction. Answers whether there may be more. */
export const placeStep = (db: InventoryDb): Promise<boolean> =>
  db.transaction(async (tx) => {
    const next = await nextWaiting(db.in(tx), BATCH);
    if (!next) return false;
    await placeAt(db, tx, next, next.variantIds);
    return true;
  });
