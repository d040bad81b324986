import type { ActionHandler } from "../../../lib/bus.ts";
import type { MergeCart } from "../carts.contract.ts";
import { shopperOf } from "../domain/shopper.ts";
import { mergeCart } from "../workflows/mergeCart.ts";
import { ownCart } from "../workflows/openCart.ts";
import { toCart } from "../workflows/toCart.ts";
import { lockCart, lockOwner } from "../store/carts.store.ts";
import type { CartsService } from "../carts.types.ts";

export const merge: ActionHandler<typeof MergeCart, CartsService> = async (ctx, service) => {
  const { cartId } = ctx.params;
  const { db } = service;
  const customerId = ctx.locals.caller.id;

  const mergedId = await db.transaction(async (tx) => {
    const sql = db.in(tx);
    await lockOwner(sql, customerId);
    const locked = await lockCart(sql, cartId);
    // Theirs already, because they signed in with it, merged it earlier, or from the start.
    if (locked?.customer_id === customerId) return locked.merged_into ?? cartId;
    return mergeCart(service, tx, customerId, ownCart(shopperOf(ctx), cartId, locked));
  });
  return toCart(service, ctx, mergedId);
};
