import { CartAbandoned } from "../carts.contract.ts";
import { takeAbandoned } from "../store/checkout.store.ts";
import type { CartsService } from "../store/tables.ts";

const AT_ONCE = 200;

/** Tells of filled carts that nobody has changed for a day, once for each last change. */
export async function tellAbandoned({ db }: CartsService): Promise<void> {
  let told: number;
  do {
    told = await db.transaction(async (tx) => {
      const carts = await takeAbandoned(db.in(tx), AT_ONCE);
      for (const { id, customer_id, changed_at } of carts) {
        const whose = customer_id === null ? {} : { customerId: customer_id };
        const changedAt = changed_at.toISOString();
        db.publish(tx, CartAbandoned, { cartId: id, ...whose, changedAt }, id);
      }
      return carts.length;
    });
  } while (told === AT_ONCE);
}
