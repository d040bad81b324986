import type { ScheduledJob } from "../../../mixins/jobs.mixin.ts";
import type { CartsService } from "../carts.types.ts";
import { removeExpired as remove } from "../store/checkout.store.ts";

const BATCH = 500;

/** Removes what nobody has changed for 30 days. Carts that became orders are kept. */
export const removeExpired: ScheduledJob<CartsService> = {
  everyMs: 600_000,
  run: async ({ db }) => (await remove(db.sql, BATCH)) === BATCH,
};
