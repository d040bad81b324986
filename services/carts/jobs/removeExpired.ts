import type { ScheduledJob } from "../../../mixins/jobs.mixin.ts";
import type { CartsService } from "../carts.types.ts";
import { removeExpired as remove } from "../store/checkout.store.ts";

const BATCH = 500;

/** Deletes carts unchanged for 30 days. Carts that became orders are retained. */
export const removeExpired: ScheduledJob<CartsService> = {
  everyMs: 600_000,
  run: async ({ db }) => (await remove(db.sql, BATCH)) === BATCH,
};
