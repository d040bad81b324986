import type { ActionHandler } from "../../../lib/bus.ts";
import { normalCode } from "../domain/coupon.ts";
import { CouponNotFound, type GetCoupon } from "../pricing.contract.ts";
import { Coupons } from "../store/tables.ts";
import type { PricingService } from "../pricing.types.ts";

export const coupon: ActionHandler<typeof GetCoupon, PricingService> = async (ctx, { db }) => {
  const code = normalCode(ctx.params.code);
  const found = await Coupons.find(db.sql, code);
  if (!found) throw CouponNotFound({ code });
  return found;
};
