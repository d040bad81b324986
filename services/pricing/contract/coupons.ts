/** Coupons as merchants make, change and end them. */
import { command, query } from "../../../lib/contract.ts";
import { KeyInvalid, KeyReused } from "../../../lib/idempotency.ts";
import { UnknownCurrency } from "../../../lib/money.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import { boolean, object, optional, oneOf, page, paging, describe } from "../../../lib/shape.ts";
import { CouponExists, CouponInvalid, CouponLimitTooLow, CouponNotFound } from "./failures.ts";
import { couponChanges, couponCode, CouponOnOffer, couponTerms } from "./coupon.shape.ts";

export const ListCoupons = query("pricing.coupons", {
  summary: "List coupons by their codes.",
  rest: "GET /coupons",
  allow: "coupons.edit",
  access: "any",
  params: {
    active: describe("True: only usable ones; false: only the others.", optional(boolean())),
    ...paging,
  },
  returns: page(CouponOnOffer),
  tag: "pricing",
  failures: [CursorInvalid],
});
export const GetCoupon = query("pricing.coupon", {
  summary: "Show a coupon and how often it is used.",
  rest: "GET /coupons/:code",
  allow: "coupons.edit",
  access: "any",
  params: { code: couponCode() },
  returns: CouponOnOffer,
  tag: "pricing",
  failures: [CouponNotFound],
});
export const CreateCoupon = command("pricing.createCoupon", {
  summary: "Make a coupon.",
  rest: "POST /coupons",
  allow: "coupons.edit",
  access: "any",
  params: { code: couponCode(), ...couponTerms },
  returns: CouponOnOffer,
  status: 201,
  idempotency: "key",
  tag: "pricing",
  failures: [CouponExists, CouponInvalid, UnknownCurrency, KeyReused, KeyInvalid],
});
export const ChangeCoupon = command("pricing.changeCoupon", {
  summary: "Change the limits of a coupon; null takes one away.",
  rest: "PATCH /coupons/:code",
  allow: "coupons.edit",
  access: "any",
  params: { code: couponCode(), ...couponChanges },
  returns: CouponOnOffer,
  retry: "idempotent",
  tag: "pricing",
  failures: [CouponNotFound, CouponInvalid, CouponLimitTooLow],
});
export const EndCoupon = command("pricing.endCoupon", {
  summary: "End a coupon for good, from now on.",
  description: "Orders that hold it keep it. Its code cannot be given again.",
  rest: "DELETE /coupons/:code",
  allow: "coupons.edit",
  access: "any",
  params: { code: couponCode() },
  returns: CouponOnOffer,
  retry: "idempotent",
  tag: "pricing",
  failures: [CouponNotFound],
});
export const PutCoupon = command("pricing.putCoupon", {
  summary: "See to it that there is a coupon of this code.",
  description:
    "Leaves a coupon that is there as it is: what a merchant changed since is not undone.",
  allow: "internal",
  params: { code: couponCode(), ...couponTerms },
  returns: object({
    outcome: describe("Whether it was created or there before.", oneOf("created", "there")),
  }),
  retry: "idempotent",
  failures: [CouponInvalid, UnknownCurrency],
});
