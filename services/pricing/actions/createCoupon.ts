import type { ActionHandler } from "../../../lib/bus.ts";
import { normalCode } from "../domain/coupon.ts";
import { assertTerms } from "../domain/terms.ts";
import { CouponExists, type CreateCoupon } from "../pricing.contract.ts";
import { findCoupon, insertCoupon } from "../store/coupons.store.ts";
import type { PricingService } from "../pricing.types.ts";

/** With the same key, the coupon is made once and answered as it was made. */
export const createCoupon: ActionHandler<typeof CreateCoupon, PricingService> = async (
  ctx,
  { db },
) => {
  const { exclusive = false, ...given } = ctx.params;
  const terms = { ...given, exclusive, code: normalCode(given.code) };
  assertTerms(terms);
  const sql = db.in(ctx.locals.tx);
  const inserted = await insertCoupon(sql, terms);
  const made = inserted && (await findCoupon(sql, terms.code));
  if (!made) throw CouponExists({ code: terms.code });
  return made;
};
