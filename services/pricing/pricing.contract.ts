/** What things cost: prices and their history, VAT, coupons. */
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
  quantity,
  text,
} from "../../lib/shape.ts";
import * as couponFailures from "./contract/coupon.failures.ts";
import { couponCode } from "./contract/coupon.shape.ts";
import * as quoteFailures from "./contract/quote.failures.ts";
import { Quote } from "./contract/quote.shape.ts";

export * from "./contract/coupons.ts";
export * from "./contract/prices.ts";
/** How a coupon's code is compared: whoever keeps one keeps it so. */
export { normalCode } from "./domain/coupon.ts";
export * from "./contract/coupon-terms.failures.ts";
export * from "./contract/coupon.failures.ts";
export { couponCode, CouponOnOffer } from "./contract/coupon.shape.ts";
export * from "./contract/hold.failures.ts";
export * from "./contract/price.failures.ts";
export { CurrentPrice, PriceToSet, TaxRate } from "./contract/price.shape.ts";
export * from "./contract/quote.failures.ts";
export { Quote, QuotedLine } from "./contract/quote.shape.ts";

const quoting = {
  returns: Quote,
  tag: "pricing",
  failures: [
    ...Object.values(quoteFailures),
    ...Object.values(couponFailures),
    UnknownCurrency,
    AmountTooLarge,
  ],
} as const;
const wanted = {
  lines: list(object({ variantId: id(), quantity: quantity() }), { min: 1, max: 500 }),
  currency: optional(currency()),
  country: optional(text({ min: 2, max: 2 })),
  coupons: optional(list(couponCode(), { max: 5 })),
};

/**
 * Pure: nothing is held. The amounts are exact and add up; `totalMinor` is what there is to pay. A
 * coupon that cannot be used fails the whole quote, with its own failure. What a coupon still gives is
 * judged for who asks, if they are signed in.
 */
export const QuotePrices = query("pricing.quote", {
  summary: "Say what these lines cost today, with VAT and coupons, and why.",
  rest: "POST /pricing/quote",
  allow: "public",
  params: wanted,
  ...quoting,
});
/** For carts and orders, which know whose they are: what a coupon still gives depends on it. */
export const QuoteFor = query("pricing.quoteFor", {
  summary: "Say what these lines cost a customer today.",
  allow: "internal",
  params: { ...wanted, customerId: optional(id()) },
  ...quoting,
});

/**
 * Holds coupons for an order, all or none; `used ≤ limit` is the database's to decide. The same
 * `commandId` is answered the same. After a release for the order came first, it answers refused
 * (tombstone).
 */
export const HoldCoupons = command("pricing.holdCoupons", {
  summary: "Hold coupons for an order, all or none.",
  allow: "internal",
  params: {
    commandId: id(),
    orderId: id(),
    customerId: id(),
    codes: list(couponCode(), { min: 1, max: 5 }),
  },
  returns: object({
    outcome: oneOf("held", "refused"),
    /** The failure's type when refused: COUPON_USED_UP, COUPON_NOT_FOUND … ORDER_RELEASED. */
    reason: optional(text()),
    code: optional(couponCode()),
  }),
  retry: "idempotent",
});
export const ReleaseCoupons = command("pricing.releaseCoupons", {
  summary: "Give back the coupons held for an order. Safe before the hold itself, and twice.",
  allow: "internal",
  params: { commandId: id(), orderId: id() },
  returns: object({ outcome: oneOf("released") }),
  retry: "idempotent",
});

/** Told once for each change of what one piece costs, also when it comes by itself on its day. */
export const PriceChanged = event("pricing", "price.changed", {
  summary: "A variant has another price from now on.",
  payload: {
    variantId: id(),
    currency: currency(),
    priceMinor: minorAmount(),
    compareAtMinor: optional(minorAmount()),
  },
  rooms: () => ["admin"],
});
export const CouponRedeemed = event("pricing", "coupon.redeemed", {
  summary: "A coupon was used by an order that is paid.",
  payload: { code: couponCode(), orderId: id(), customerId: id() },
});
export const CouponReleased = event("pricing", "coupon.released", {
  summary: "A coupon held by an order is free again.",
  payload: { code: couponCode(), orderId: id() },
});
