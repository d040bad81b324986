/** What things cost: prices and their history, VAT, coupons. */
import { action, event } from "../../lib/contract.ts";
import {
  bilingual,
  currency,
  id,
  type Infer,
  integer,
  list,
  minor,
  object,
  oneOf,
  optional,
  quantity,
  text,
} from "../../lib/shape.ts";

export const couponCode = () => text({ max: 40 });
const basisPoints = () => integer({ min: 0, max: 10_000 });
/** Discounts and taxes may round below zero nowhere: all amounts are ≥ 0. */
export const QuotedLine = object({
  variantId: id(),
  quantity: quantity(),
  unitMinor: minor(),
  subtotalMinor: minor(),
  discountMinor: minor(),
  /** quantity × unit − discount, VAT included. */
  totalMinor: minor(),
  taxClass: text({ max: 32 }),
  taxBasisPoints: basisPoints(),
  taxMinor: minor(),
  netMinor: minor(),
});
export const Quote = object({
  currency: currency(),
  lines: list(QuotedLine, { max: 500 }),
  discounts: list(object({ code: couponCode(), amountMinor: minor() }), { max: 5 }),
  subtotalMinor: minor(),
  discountMinor: minor(),
  totalMinor: minor(),
  taxMinor: minor(),
  taxes: list(
    object({
      taxClass: text({ max: 32 }),
      basisPoints: basisPoints(),
      netMinor: minor(),
      taxMinor: minor(),
      grossMinor: minor(),
    }),
  ),
  explain: list(object({ rule: text(), text: bilingual(), amountMinor: integer() }), { max: 600 }),
});
export type Quote = Infer<typeof Quote>;

/** Pure: nothing is held. Failures: PRICE_MISSING (422), COUPON_* (404, 409, 422). */
export const QuotePrices = action("pricing.quote", {
  summary: "Say what these lines cost today, with VAT and coupons, and why.",
  rest: "POST /pricing/quote",
  allow: "anyone",
  params: {
    lines: list(object({ variantId: id(), quantity: quantity() }), { min: 1, max: 500 }),
    currency: optional(currency()),
    country: optional(text({ min: 2, max: 2 })),
    coupons: optional(list(couponCode(), { max: 5 })),
    /** To judge what a coupon still gives this customer; only believed from other services. */
    customerId: optional(id()),
  },
  returns: Quote,
  repeatable: true,
});

/**
 * Holds coupons for an order, all or none; `used ≤ limit` is the database's to decide. The same
 * `commandId` is answered the same. After a release for the order came first, it answers refused
 * (tombstone).
 */
export const HoldCoupons = action("pricing.holdCoupons", {
  summary: "Hold coupons for an order, all or none.",
  allow: "services",
  params: {
    commandId: id(),
    orderId: id(),
    customerId: id(),
    codes: list(couponCode(), { min: 1, max: 5 }),
  },
  returns: object({
    outcome: oneOf("held", "refused"),
    /** The failure's type when refused: COUPON_USED_UP, COUPON_NOT_FOUND … */
    reason: optional(text()),
    code: optional(couponCode()),
  }),
  repeatable: true,
});
export const ReleaseCoupons = action("pricing.releaseCoupons", {
  summary: "Give back the coupons held for an order. Safe before the hold itself, and twice.",
  allow: "services",
  params: { commandId: id(), orderId: id() },
  returns: object({ outcome: oneOf("released") }),
  repeatable: true,
});

export const PriceChanged = event("price.changed", {
  summary: "A variant has another price from now on.",
  payload: {
    variantId: id(),
    currency: currency(),
    priceMinor: minor(),
    compareAtMinor: optional(minor()),
  },
  rooms: () => ["admin"],
});
export const CouponRedeemed = event("coupon.redeemed", {
  summary: "A coupon was used by an order that is paid.",
  payload: { code: couponCode(), orderId: id(), customerId: id() },
});
export const CouponReleased = event("coupon.released", {
  summary: "A coupon held by an order is free again.",
  payload: { code: couponCode(), orderId: id() },
});
