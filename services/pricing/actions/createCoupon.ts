import type { Handles } from "../../../lib/bus.ts";
import { claimKey, keepAnswer } from "../../../lib/idempotency.ts";
import { normalCode } from "../domain/coupon.ts";
import type { CouponOnOffer } from "../domain/coupon.shape.ts";
import { judgeTerms } from "../domain/terms.ts";
import { CouponExists, CreateCoupon } from "../pricing.contract.ts";
import { findCoupon, insertCoupon } from "../store/coupons.store.ts";
import type { PricingService } from "../store/tables.ts";

/** With the same key, the coupon is made once and answered as it was made. */
export const createCoupon: Handles<typeof CreateCoupon, PricingService> = async (ctx, { db }) => {
  const { exclusive = false, ...given } = ctx.params;
  const terms = { ...given, exclusive, code: normalCode(given.code) };
  judgeTerms(terms);
  const { key } = ctx.meta;
  const request = { action: CreateCoupon.name, params: ctx.params };
  const claim = key === undefined ? undefined : { principal: ctx.locals.caller.id, key, request };
  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    const claimed = claim && (await claimKey<CouponOnOffer>(sql, claim));
    if (claimed && !claimed.fresh && claimed.answer) return claimed.answer;
    const inserted = await insertCoupon(sql, terms);
    const made = inserted && (await findCoupon(sql, terms.code));
    if (!made) throw CouponExists({ code: terms.code });
    if (claim) await keepAnswer(sql, claim, { answer: made });
    return made;
  });
};
