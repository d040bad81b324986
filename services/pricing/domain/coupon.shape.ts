/** What a coupon looks like to those who make them. */
import {
  bilingual,
  currency,
  flag,
  id,
  type Infer,
  instant,
  integer,
  list,
  minor,
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
  amountMinor: optional(minor({ min: 1 })),
  currency: optional(currency()),
  minimumMinor: optional(minor()),
  startsAt: optional(instant()),
  endsAt: optional(instant()),
  exclusive: optional(flag()),
  variantIds: optional(variants()),
  /** What people are told that it is. */
  label: optional(bilingual()),
  maxUses: optional(uses()),
  maxUsesPerCustomer: optional(uses()),
};
/** What may be changed later; null takes a limit away. Its kind and worth stay what was promised. */
export const couponChanges = {
  minimumMinor: optional(nullable(minor())),
  startsAt: optional(nullable(instant())),
  endsAt: optional(nullable(instant())),
  exclusive: optional(flag()),
  variantIds: optional(nullable(variants())),
  label: optional(nullable(bilingual())),
  maxUses: optional(nullable(uses())),
  maxUsesPerCustomer: optional(nullable(uses())),
};
export const CouponOnOffer = object({
  code: couponCode(),
  ...couponTerms,
  exclusive: flag(),
  /** How many orders hold or have used it. */
  used: integer({ min: 0 }),
  /** When it was ended before its time. */
  endedAt: optional(instant()),
  createdAt: instant(),
});
export type CouponOnOffer = Infer<typeof CouponOnOffer>;
