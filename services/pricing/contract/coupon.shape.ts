/** What a coupon looks like to those who make them. */
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
  object,
  oneOf,
  optional,
  text,
} from "../../../lib/shape.ts";

export const LONGEST_CODE = 40;
export const couponCode = () => text({ max: LONGEST_CODE });
const uses = () => integer({ min: 1, max: 1_000_000_000 });
const variants = () => list(id(), { max: 1_000 });

/** The terms of a coupon. What is not there does not limit it. */
export const couponTerms = {
  kind: oneOf("percent", "amount"),
  /** For `percent`: 1,000 is 10 %. */
  percentBasisPoints: optional(integer({ min: 1, max: 10_000 })),
  /** For `amount`, with `currency`. */
  amountMinor: optional(minorAmount({ min: 1 })),
  currency: optional(currency()),
  minimumMinor: optional(minorAmount()),
  startsAt: optional(dateTime()),
  endsAt: optional(dateTime()),
  exclusive: optional(boolean()),
  variantIds: optional(variants()),
  /** What people are told that it is. */
  label: optional(localizedText()),
  maxUses: optional(uses()),
  maxUsesPerCustomer: optional(uses()),
};
/** What may be changed later; null takes a limit away. Its kind and worth stay what was promised. */
export const couponChanges = {
  minimumMinor: optional(nullable(minorAmount())),
  startsAt: optional(nullable(dateTime())),
  endsAt: optional(nullable(dateTime())),
  exclusive: optional(boolean()),
  variantIds: optional(nullable(variants())),
  label: optional(nullable(localizedText())),
  maxUses: optional(nullable(uses())),
  maxUsesPerCustomer: optional(nullable(uses())),
};
export const CouponOnOffer = object({
  code: couponCode(),
  ...couponTerms,
  exclusive: boolean(),
  /** How many orders hold or have used it. */
  used: integer({ min: 0 }),
  /** When it was ended before its time. */
  endedAt: optional(dateTime()),
  createdAt: dateTime(),
});
export type CouponOnOffer = Infer<typeof CouponOnOffer>;
