import type { ActionHandler } from "../../../lib/bus.ts";
import { normalCode } from "../domain/coupon.ts";
import { changed, assertTerms } from "../domain/terms.ts";
import { type ChangeCoupon, CouponLimitTooLow, CouponNotFound } from "../pricing.contract.ts";
import { Coupons } from "../store/tables.ts";
import type { PricingService } from "../pricing.types.ts";

export const changeCoupon: ActionHandler<typeof ChangeCoupon, PricingService> = async (
  ctx,
  { db },
) => {
  const { code: written, ...changes } = ctx.params;
  const code = normalCode(written);
  return db.transaction(async (tx) => {
    const before = await Coupons.lock(db.in(tx), code);
    if (!before) throw CouponNotFound({ code });
    const after = changed(before, changes);
    assertTerms(after);
    const { used, maxUses = Infinity } = after;
    if (maxUses < used) throw CouponLimitTooLow({ code, used });
    return (await Coupons.change(db.in(tx), code, changes)) ?? after;
  });
};
