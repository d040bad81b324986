import type { ActionHandler } from "../../../lib/bus.ts";
import type { RemoveLine } from "../carts.contract.ts";
import { changeCart } from "../workflows/changeCart.ts";
import { toCart } from "../workflows/toCart.ts";
import { removeLine as remove } from "../store/lines.store.ts";
import type { CartsService } from "../carts.types.ts";

export const removeLine: ActionHandler<typeof RemoveLine, CartsService> = async (ctx, service) => {
  const { cartId, variantId } = ctx.params;
  await changeCart(service, ctx, ctx.params, async (sql) => {
    const removed = await remove(sql, cartId, variantId);
    return removed ? [{ subject: "line", key: variantId, before: removed.quantity, after: 0 }] : [];
  });
  return toCart(service, ctx, cartId);
};
