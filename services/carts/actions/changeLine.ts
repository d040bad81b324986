import type { ActionHandler } from "../../../lib/bus.ts";
import type { ChangeLine } from "../carts.contract.ts";
import { LineNotFound } from "../contract/failures.ts";
import { changeCart } from "../workflows/changeCart.ts";
import { toCart } from "../workflows/toCart.ts";
import { fillOf, setQuantity } from "../store/lines.store.ts";
import type { CartsService } from "../carts.types.ts";

export const changeLine: ActionHandler<typeof ChangeLine, CartsService> = async (ctx, service) => {
  const { cartId, variantId, quantity } = ctx.params;
  await changeCart(service, ctx, ctx.params, async (sql) => {
    const { quantity: before } = await fillOf(sql, cartId, variantId);
    if (before === quantity) return [];
    const changed = await setQuantity(sql, cartId, variantId, quantity);
    if (changed !== 1) throw LineNotFound({ cartId, variantId });
    return [{ subject: "line", key: variantId, before, after: quantity }];
  });
  return toCart(service, ctx, cartId);
};
