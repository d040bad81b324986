/** Pricing: prices and their history, VAT, coupons. */
import { command, event, query } from "../../lib/contract.ts";
import { AmountTooLarge, UnknownCurrency } from "../../lib/money.ts";
import {
  currency,
  id,
  list,
  minorAmount,
  object,
  oneOf,
  optional,
  shape,
  text,
  describe,
} from "../../lib/shape.ts";
import { VariantQuantity } from "../catalog/catalog.contract.ts";
import * as failures from "./contract/failures.ts";
import { couponCode } from "./contract/coupon.shape.ts";
import { Quote } from "./contract/quote.shape.ts";

export * from "./contract/coupons.ts";
export * from "./contract/prices.ts";
/** Normalizes a coupon's code for storage and comparison. */
export { normalCode } from "./domain/coupon.ts";
export * from "./contract/failures.ts";
export { couponCode, CouponOnOffer } from "./contract/coupon.shape.ts";
export { CurrentPrice, PriceToSet, TaxRate } from "./contract/price.shape.ts";
export { Quote, QuotedLine, TaxSum } from "./contract/quote.shape.ts";

const quoting = {
  returns: Quote,
  tag: "pricing",
  failures: [
    failures.TooManyLines,
    failures.QuantityOutOfRange,
    failures.TaxRateMissing,
    failures.PriceMissing,
    failures.CouponNotFound,
    failures.CouponNotStarted,
    failures.CouponExpired,
    failures.CouponMinimum,
    failures.CouponUsedUp,
    failures.CouponCurrency,
    failures.CouponExclusive,
    failures.CouponNotApplicable,
    failures.TooManyCoupons,
    failures.CouponLimitReached,
    UnknownCurrency,
    AmountTooLarge,
  ],
} as const;
const wanted = {
  lines: describe(
    "Lines to price, one for each variant.",
    list(VariantQuantity, {
      min: 1,
      max: 500,
    }),
  ),
  currency: optional(currency()),
  country: describe("ISO 3166-1 alpha-2 code of the country.", optional(text({ min: 2, max: 2 }))),
  coupons: describe("Codes of coupons to apply.", optional(list(couponCode(), { max: 5 }))),
};

export const QuotePrices = query("pricing.quote", {
  summary: "Say what these lines cost today, with VAT and coupons, and why.",
  description:
    "Pure: nothing is held. The amounts are exact and add up; `totalMinor` is what there is to pay. A coupon that cannot be used fails the whole quote, with its own failure. What a coupon still gives is judged for who asks, if they are signed in.",
  rest: "POST /pricing/quote",
  allow: "public",
  params: wanted,
  ...quoting,
});
export const QuoteFor = query("pricing.quoteFor", {
  summary: "Say what these lines cost a customer today.",
  description:
    "For carts and orders, which know whose they are: what a coupon still gives depends on it.",
  allow: "internal",
  params: { ...wanted, customerId: optional(id({ of: "user" })) },
  ...quoting,
});

export const HoldCoupons = command("pricing.holdCoupons", {
  summary: "Hold coupons for an order, all or none.",
  description:
    "Holds coupons for an order, all or none; `used ≤ limit` is the database's to decide. The same `commandId` is answered the same. After a release for the order came first, it answers refused (tombstone).",
  allow: "internal",
  params: {
    commandId: id({ of: "command" }),
    orderId: id({ of: "order" }),
    customerId: id({ of: "user" }),
    codes: describe("Codes of the coupons to hold.", list(couponCode(), { min: 1, max: 5 })),
  },
  returns: object({
    outcome: describe("`refused`: one is unusable, so none is held.", oneOf("held", "refused")),
    reason: describe("Failure's type when refused, such as COUPON_USED_UP.", optional(text())),
    code: optional(couponCode()),
  }),
  retry: "idempotent",
});
const CouponsReleased = shape(
  "CouponsReleased",
  { outcome: describe("Always `released`, also for an order that holds none.", oneOf("released")) },
  "Nothing is held any more.",
);
export const ReleaseCoupons = command("pricing.releaseCoupons", {
  summary: "Give back the coupons held for an order. Safe before the hold itself, and twice.",
  allow: "internal",
  params: { commandId: id({ of: "command" }), orderId: id({ of: "order" }) },
  returns: CouponsReleased,
  retry: "idempotent",
});

export const PriceChanged = event("pricing", "price.changed", {
  summary: "A variant has another price from now on.",
  description:
    "Told once for each change of what one piece costs, also when it comes by itself on its day.",
  payload: {
    variantId: id({ of: "variant" }),
    currency: currency(),
    priceMinor: minorAmount(),
    compareAtMinor: optional(minorAmount()),
  },
  rooms: () => ["admin"],
});
export const CouponRedeemed = event("pricing", "coupon.redeemed", {
  summary: "A coupon was used by an order that is paid.",
  payload: { code: couponCode(), orderId: id({ of: "order" }), customerId: id({ of: "user" }) },
});
export const CouponReleased = event("pricing", "coupon.released", {
  summary: "A coupon held by an order is free again.",
  payload: { code: couponCode(), orderId: id({ of: "order" }) },
});
