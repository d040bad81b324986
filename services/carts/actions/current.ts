import type { Handles } from "../../../lib/bus.ts";
import type { GetCurrentCart } from "../carts.contract.ts";
import { CartNotFound } from "../domain/cart.failures.ts";
import { showCart } from "../steps/showCart.ts";
import { findCurrent } from "../store/carts.store.ts";
import type { CartsService } from "../store/tables.ts";

export const current: Handles<typeof GetCurrentCart, CartsService> = async (ctx, service) => {
  const cart = await findCurrent(service.db.sql, ctx.locals.caller.id);
  if (!cart) throw CartNotFound({ cartId: "current" });
  return showCart(service, ctx, cart.id);
};
