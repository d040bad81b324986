import type { ActionHandler } from "../../../lib/bus.ts";
import { normalCode } from "../domain/coupon.ts";
import { assertTerms } from "../domain/terms.ts";
import { CouponExists, type CreateCoupon } from "../pricing.contract.ts";
import { Coupons } from "../store/tables.ts";
import type { PricingService } from "../pricing.types.ts";

/** The same key creates the coupon once, and returns it as it was created. */
export const createCoupon: ActionHandler<typeof CreateCoupon, PricingService> = async (
  ctx,
  { db },
) => {
  const { exclusive = false, ...given } = ctx.params;
  const terms = { ...given, exclusive, code: normalCode(given.code) };
  assertTerms(terms);
  const made = await Coupons.insert(db.in(ctx.locals.tx), { ...terms, used: 0 });
  if (!made) throw CouponExists({ code: terms.code });
  return made;
};
