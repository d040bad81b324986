import type { ActionHandler } from "../../../lib/bus.ts";
import type { FreezeCart } from "../carts.contract.ts";
import { CartEmpty, CartNotFound } from "../contract/failures.ts";
import { assertVersion } from "../workflows/openCart.ts";
import { findCart, lockCart } from "../store/carts.store.ts";
import { freezeCart } from "../store/checkout.store.ts";
import type { CartsService } from "../carts.types.ts";

/** The row's lock lets one checkout after the other look; only the first one finds it open. */
export const freeze: ActionHandler<typeof FreezeCart, CartsService> = async (ctx, { db }) => {
  const { cartId, orderId, customerId, version } = ctx.params;
  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    // Both are sent together: the cart is read after its lock.
    const [locked, cart] = await Promise.all([lockCart(sql, cartId), findCart(sql, cartId)]);
    if (locked?.customer_id !== customerId || locked.state === "merged")
      throw CartNotFound({ cartId });
    if (!cart) throw CartNotFound({ cartId });
    if (cart.lines.length === 0) throw CartEmpty({ cartId });

    // A late freeze of an abandoned order: the order has its answer, so the cart stays open.
    const late = cart.state === "open" && cart.thawed_order_id === orderId;
    if (cart.state === "open" && !late) {
      await assertVersion(sql, cart, version);
      const frozen = await freezeCart(sql, cartId, orderId);
      if (frozen !== 1) throw new Error(`The locked cart ${cartId} was not open.`);
    }
    return {
      orderId: cart.order_id ?? orderId,
      currency: cart.currency,
      ...(cart.store_id !== null && { storeId: cart.store_id }),
      coupons: cart.coupons,
      lines: cart.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
      ...(cart.shown_total_minor !== null && { shownTotalMinor: cart.shown_total_minor }),
    };
  });
};
