import type { ActionHandler } from "../../../lib/bus.ts";
import { normalCode } from "../domain/coupon.ts";
import { assertTerms } from "../domain/terms.ts";
import type { PutCoupon } from "../pricing.contract.ts";
import { Coupons } from "../store/tables.ts";
import type { PricingService } from "../pricing.types.ts";

export const putCoupon: ActionHandler<typeof PutCoupon, PricingService> = async (ctx, { db }) => {
  const { exclusive = false, ...given } = ctx.params;
  const terms = { ...given, exclusive, code: normalCode(given.code) };
  assertTerms(terms);
  return { outcome: (await Coupons.insert(db.sql, { ...terms, used: 0 })) ? "created" : "there" };
};
