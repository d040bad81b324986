import type { ActionHandler } from "../../../lib/bus.ts";
import type { AddCoupon } from "../carts.contract.ts";
import { normalCode } from "../../pricing/pricing.contract.ts";
import { MAX_COUPONS } from "../domain/cart.ts";
import { CartCouponsFull, CartEmpty } from "../contract/failures.ts";
import { shopperOf } from "../domain/shopper.ts";
import { changeCart } from "../workflows/changeCart.ts";
import { assertOpen, ownCart } from "../workflows/openCart.ts";
import { askPrices } from "../workflows/quoteCart.ts";
import { toCart } from "../workflows/toCart.ts";
import { findCart } from "../store/carts.store.ts";
import { couponsOf, upsertCoupons } from "../store/lines.store.ts";
import type { CartsService } from "../carts.types.ts";

/** Checks the coupon before it is stored; every quote and the order check it again. */
export const addCoupon: ActionHandler<typeof AddCoupon, CartsService> = async (ctx, service) => {
  const { cartId } = ctx.params;
  const code = normalCode(ctx.params.code);
  const seen = ownCart(shopperOf(ctx), cartId, await findCart(service.db.sql, cartId));
  assertOpen(seen);
  if (seen.lines.length === 0) throw CartEmpty({ cartId });
  if (!seen.coupons.includes(code)) {
    if (seen.coupons.length >= MAX_COUPONS) throw CartCouponsFull({ cartId, limit: MAX_COUPONS });
    await askPrices(ctx, seen, [...seen.coupons, code]);
  }

  await changeCart(service, ctx, ctx.params, async (sql) => {
    const coupons = await couponsOf(sql, cartId);
    if (coupons.includes(code)) return [];
    if (coupons.length >= MAX_COUPONS) throw CartCouponsFull({ cartId, limit: MAX_COUPONS });
    await upsertCoupons(sql, cartId, [code]);
    return [{ subject: "coupon", key: code, before: 0, after: 1 }];
  });
  return toCart(service, ctx, cartId);
};
