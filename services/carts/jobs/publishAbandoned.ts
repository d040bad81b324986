import type { ScheduledJob } from "../../../mixins/jobs.mixin.ts";
import { CartAbandoned } from "../carts.contract.ts";
import type { CartsService } from "../carts.types.ts";
import { claimAbandoned } from "../store/checkout.store.ts";

const BATCH = 200;

/** Publishes filled carts that nobody has changed for a day, once for each last change. */
export const publishAbandoned: ScheduledJob<CartsService> = {
  everyMs: 60_000,
  run: ({ db }) =>
    db.transaction(async (tx) => {
      const carts = await claimAbandoned(db.in(tx), BATCH);
      for (const { id, customer_id, changed_at } of carts) {
        const whose = customer_id === null ? {} : { customerId: customer_id };
        const changedAt = changed_at.toISOString();
        db.publish(tx, CartAbandoned, { cartId: id, ...whose, changedAt }, id);
      }
      return carts.length === BATCH;
    }),
};
