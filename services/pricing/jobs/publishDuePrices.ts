import type { ScheduledJob } from "../../../mixins/schedule.mixin.ts";
import { settlePrices } from "../store/change-prices.ts";
import { lockVariants } from "../store/prices.store.ts";
import type { PricingService } from "../pricing.types.ts";
import { dueVariants, stillDue } from "../store/published-prices.store.ts";

const AT_ONCE = 200;

/**
 * Tells of the prices that began or ended by themselves, each with the moment of its turn, even if
 * no node was there then. Quotes do not wait for it: they judge each price by its moments.
 */
export const publishDuePrices: ScheduledJob<PricingService> = {
  everyMs: 1_000,
  run: async ({ db }) => {
    for (;;) {
      const due = await dueVariants(db.sql, AT_ONCE);
      for (const { variantId, at } of due) {
        await db.transaction(async (tx) => {
          await lockVariants(db.in(tx), [variantId]);
          // Another node, or a merchant, may have been here first.
          if (await stillDue(db.in(tx), variantId, at)) await settlePrices(db, tx, [variantId], at);
        });
      }
      if (due.length === 0) return;
    }
  },
};
