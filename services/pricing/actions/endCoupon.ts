import type { ActionHandler } from "../../../lib/bus.ts";
import { normalCode } from "../domain/coupon.ts";
import { CouponNotFound, type EndCoupon } from "../pricing.contract.ts";
import { endCoupon as end } from "../store/coupons.store.ts";
import type { PricingService } from "../pricing.types.ts";

export const endCoupon: ActionHandler<typeof EndCoupon, PricingService> = async (ctx, { db }) => {
  const code = normalCode(ctx.params.code);
  const ended = await end(db.sql, code);
  if (!ended) throw CouponNotFound({ code });
  return ended;
};
