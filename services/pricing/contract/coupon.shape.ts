import {
  localizedText,
  currency,
  boolean,
  id,
  type Infer,
  dateTime,
  integer,
  list,
  minorAmount,
  nullable,
  oneOf,
  optional,
  text,
  describe,
  shape,
} from "../../../lib/shape.ts";

export const LONGEST_CODE = 40;
export const couponCode = () =>
  text({ max: LONGEST_CODE, description: "The coupon's code; upper and lower case are the same." });
const uses = () =>
  integer({ description: "How many orders; no limit if absent.", min: 1, max: 1_000_000_000 });
const variants = () =>
  describe(
    "The variants that it is good for; all if absent.",
    list(id({ of: "variant" }), { max: 1_000 }),
  );

/** The terms of a coupon. What is not there does not limit it. */
export const couponTerms = {
  kind: describe("`percent` reduces by a share, `amount` by a sum.", oneOf("percent", "amount")),
  percentBasisPoints: describe("1,000 is 10 %.", optional(integer({ min: 1, max: 10_000 }))),
  amountMinor: describe("For `amount`, with `currency`.", optional(minorAmount({ min: 1 }))),
  currency: optional(currency()),
  minimumMinor: optional(minorAmount()),
  startsAt: optional(dateTime()),
  endsAt: optional(dateTime()),
  exclusive: describe("True if it cannot be combined with other coupons.", optional(boolean())),
  variantIds: optional(variants()),
  label: describe("Text that customers see beside the reduction.", optional(localizedText())),
  maxUses: optional(uses()),
  maxUsesPerCustomer: optional(uses()),
};
/** Fields that may be changed later; null removes a limit. Kind and value stay as promised. */
export const couponChanges = {
  minimumMinor: optional(nullable(minorAmount())),
  startsAt: optional(nullable(dateTime())),
  endsAt: optional(nullable(dateTime())),
  exclusive: describe("True if it cannot be combined with other coupons.", optional(boolean())),
  variantIds: optional(nullable(variants())),
  label: optional(nullable(localizedText())),
  maxUses: optional(nullable(uses())),
  maxUsesPerCustomer: optional(nullable(uses())),
};
export const CouponOnOffer = shape(
  "CouponOnOffer",
  {
    code: couponCode(),
    ...couponTerms,
    exclusive: describe("True if it cannot be combined with other coupons.", boolean()),
    used: describe("Number of orders that hold or have used it.", integer({ min: 0 })),
    endedAt: describe("When staff ended it early; absent otherwise.", optional(dateTime())),
    createdAt: dateTime(),
  },
  "A coupon with its terms and how often it was used.",
);
export type CouponOnOffer = Infer<typeof CouponOnOffer>;
