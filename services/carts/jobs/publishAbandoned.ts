import { CartAbandoned } from "../carts.contract.ts";
import { claimAbandoned } from "../store/checkout.store.ts";
import type { CartsService } from "../carts.types.ts";

const AT_ONCE = 200;

/** Tells of filled carts that nobody has changed for a day, once for each last change. */
export async function publishAbandoned({ db }: CartsService): Promise<void> {
  let published: number;
  do {
    published = await db.transaction(async (tx) => {
      const carts = await claimAbandoned(db.in(tx), AT_ONCE);
      for (const { id, customer_id, changed_at } of carts) {
        const whose = customer_id === null ? {} : { customerId: customer_id };
        const changedAt = changed_at.toISOString();
        db.publish(tx, CartAbandoned, { cartId: id, ...whose, changedAt }, id);
      }
      return carts.length;
    });
  } while (published === AT_ONCE);
}
