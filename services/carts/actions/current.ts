import type { ActionHandler } from "../../../lib/bus.ts";
import type { GetCurrentCart } from "../carts.contract.ts";
import { CartNotFound } from "../contract/failures.ts";
import { shopperOf } from "../domain/shopper.ts";
import { mergeGuest } from "../workflows/mergeGuest.ts";
import { toCart } from "../workflows/toCart.ts";
import { findCurrent, isGuest } from "../store/carts.store.ts";
import type { CartsService } from "../carts.types.ts";

export const current: ActionHandler<typeof GetCurrentCart, CartsService> = async (ctx, service) => {
  const { db } = service;
  const { id } = ctx.locals.caller;
  const { tokenSha256 } = shopperOf(ctx);
  // The reaction to their sign-in with this token may not have run yet.
  if (tokenSha256 && (await isGuest(db.sql, tokenSha256)))
    await db.transaction((tx) => mergeGuest(service, tx, id, { tokenSha256 }));

  const cart = await findCurrent(db.sql, id);
  if (!cart) throw CartNotFound({ cartId: "current" });
  return toCart(service, ctx, cart.id);
};
