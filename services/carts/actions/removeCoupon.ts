import type { ActionHandler } from "../../../lib/bus.ts";
import type { RemoveCoupon } from "../carts.contract.ts";
import { normalCode } from "../../pricing/pricing.contract.ts";
import { changeCart } from "../workflows/changeCart.ts";
import { toCart } from "../workflows/toCart.ts";
import { removeCoupon as remove } from "../store/lines.store.ts";
import type { CartsService } from "../carts.types.ts";

export const removeCoupon: ActionHandler<typeof RemoveCoupon, CartsService> = async (
  ctx,
  service,
) => {
  const { cartId } = ctx.params;
  const code = normalCode(ctx.params.code);
  await changeCart(service, ctx, ctx.params, async (sql) => {
    const removed = await remove(sql, cartId, code);
    return removed === 1 ? [{ subject: "coupon", key: code, before: 1, after: 0 }] : [];
  });
  return toCart(service, ctx, cartId);
};
