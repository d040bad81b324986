/** What an order looks like to whoever may see it. */
import {
  currency,
  decimal,
  boolean,
  id,
  type Infer,
  dateTime,
  integer,
  list,
  minorAmount,
  object,
  oneOf,
  optional,
  personal,
  quantity,
  sku,
  text,
} from "../../../lib/shape.ts";
import { couponCode } from "../../pricing/pricing.contract.ts";

/**
 * pending → (reserved) awaiting_payment → (captured) settling → (stock gone) paid;
 * or rejected before any money; or cancelled. See docs/architecture.md.
 */
export const OrderStatus = oneOf(
  "pending",
  "awaiting_payment",
  "settling",
  "paid",
  "cancelled",
  "rejected",
);
export type OrderStatus = Infer<typeof OrderStatus>;

const basisPoints = () => integer({ min: 0, max: 10_000 });
/** Amounts are in minor units; each decimal beside one is the same amount for people. */
export const OrderLine = object({
  line: integer({ min: 0, max: 500 }),
  variantId: id(),
  productId: id(),
  sku: sku(),
  /** In the caller's language, as it was when the order was placed. */
  title: text({ max: 520 }),
  quantity: quantity(),
  unitMinor: minorAmount(),
  unitPrice: decimal({ min: 0 }),
  discountMinor: minorAmount(),
  /** quantity × unit − discount, VAT included. */
  totalMinor: minorAmount(),
  taxClass: text({ max: 32 }),
  taxBasisPoints: basisPoints(),
  taxMinor: minorAmount(),
});

export const OrderTax = object({
  taxClass: text({ max: 32 }),
  basisPoints: basisPoints(),
  netMinor: minorAmount(),
  taxMinor: minorAmount(),
  grossMinor: minorAmount(),
});

export const ShippingAddress = object({
  name: personal(text({ max: 200 })),
  line1: personal(text()),
  line2: optional(personal(text())),
  postcode: personal(text({ max: 16 })),
  city: personal(text({ max: 100 })),
  country: text({ min: 2, max: 2 }),
  phone: optional(personal(text({ max: 32 }))),
});

const head = {
  id: id(),
  /** The same as `id`, by the name that old clients know. */
  orderId: id(),
  /** For people: short, unique, growing, with gaps. */
  number: integer({ min: 1 }),
  status: OrderStatus,
  customerId: id(),
  storeId: optional(id()),
  cartId: optional(id()),
  currency: currency(),
  subtotalMinor: minorAmount(),
  discountMinor: minorAmount(),
  taxMinor: minorAmount(),
  totalMinor: minorAmount(),
  total: decimal({ min: 0 }),
  createdAt: dateTime(),
  /** Until when its payment is waited for. */
  payDeadline: dateTime(),
  paidAt: optional(dateTime()),
  cancelledAt: optional(dateTime()),
  refundedAt: optional(dateTime()),
  /** Its refund failed: somebody must look at it. */
  refundDue: optional(boolean()),
  /** Why it was rejected or cancelled: the type of a failure, or a person's words. */
  reason: optional(personal(text())),
};
/** An order in a list. */
export const OrderSummary = object(head);
export type OrderSummary = Infer<typeof OrderSummary>;

export const Order = object({
  ...head,
  coupons: list(couponCode(), { max: 5 }),
  taxes: list(OrderTax),
  /** As many as a cart has. */
  lines: list(OrderLine, { max: 100 }),
  shippingAddress: optional(ShippingAddress),
});
export type Order = Infer<typeof Order>;

export const TimelineEntry = object({
  at: dateTime(),
  /** A step of its process, a fact such as a request to cancel, or somebody's note. */
  kind: oneOf("step", "fact", "note"),
  step: optional(text()),
  outcome: optional(text()),
  text: optional(personal(text({ max: 2_000 }))),
  actor: optional(id()),
});
export type TimelineEntry = Infer<typeof TimelineEntry>;
