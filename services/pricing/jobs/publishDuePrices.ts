import type { ScheduledJob } from "../../../mixins/jobs.mixin.ts";
import { settlePrices } from "../store/change-prices.ts";
import { lockVariants } from "../store/prices.store.ts";
import type { PricingService } from "../pricing.types.ts";
import { dueVariants, stillDue } from "../store/published-prices.store.ts";

const BATCH = 200;

/**
 * Publishes prices that began or ended by themselves, each with the moment of its change, even if
 * no node was running then. Quotes do not depend on it: they read each price's period.
 */
export const publishDuePrices: ScheduledJob<PricingService> = {
  everyMs: 1_000,
  run: async ({ db }) => {
    const due = await dueVariants(db.sql, BATCH);
    for (const { variantId, at } of due) {
      await db.transaction(async (tx) => {
        await lockVariants(db.in(tx), [variantId]);
        // Another node, or a merchant, may have been here first.
        if (await stillDue(db.in(tx), variantId, at)) await settlePrices(db, tx, [variantId], at);
      });
    }
    return due.length > 0;
  },
};
