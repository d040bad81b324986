import type { ActionHandler } from "../../../lib/bus.ts";
import type { AddLine } from "../carts.contract.ts";
import { addedUp } from "../domain/cart.ts";
import { shopperOf } from "../domain/shopper.ts";
import { changeCart } from "../workflows/changeCart.ts";
import { ownCart } from "../workflows/openCart.ts";
import { sellableItem } from "../workflows/sellableItem.ts";
import { toCart } from "../workflows/toCart.ts";
import { findCart } from "../store/carts.store.ts";
import { fillOf, upsertLines } from "../store/lines.store.ts";
import type { CartsService } from "../carts.types.ts";

export const addLine: ActionHandler<typeof AddLine, CartsService> = async (ctx, service) => {
  const { cartId, quantity, version: _, ...named } = ctx.params;
  ownCart(shopperOf(ctx), cartId, await findCart(service.db.sql, cartId));
  const item = await sellableItem(ctx, named);
  const { variantId } = item;

  const { claim } = ctx.locals;
  await changeCart(service, ctx, { ...ctx.params, claim }, async (sql) => {
    const fill = await fillOf(sql, cartId, variantId);
    const sum = addedUp({ cartId, variantId }, fill, quantity);
    await upsertLines(sql, cartId, [{ ...item, quantity: sum }]);
    return [{ subject: "line", key: variantId, before: fill.quantity, after: sum }];
  });
  return toCart(service, ctx, cartId);
};
