import type { ActionHandler } from "../../../lib/bus.ts";
import type { GetCart } from "../carts.contract.ts";
import { shopperOf } from "../domain/shopper.ts";
import { ownCart } from "../workflows/openCart.ts";
import { toCart } from "../workflows/toCart.ts";
import { findCart } from "../store/carts.store.ts";
import type { CartsService } from "../carts.types.ts";

export const get: ActionHandler<typeof GetCart, CartsService> = async (ctx, service) => {
  const { cartId } = ctx.params;
  const cart = ownCart(shopperOf(ctx), cartId, await findCart(service.db.sql, cartId));
  return toCart(service, ctx, cartId, cart);
};
