import {
  currency,
  boolean,
  id,
  type Infer,
  dateTime,
  integer,
  list,
  minorAmount,
  oneOf,
  optional,
  personal,
  quantity,
  sku,
  text,
  shape,
  describe,
  amount,
} from "../../../lib/shape.ts";
import { couponCode, TaxSum } from "../../pricing/pricing.contract.ts";

/**
 * pending → (reserved) awaiting_payment → (captured) settling → (stock gone) paid;
 * or rejected before any money; or cancelled. See docs/architecture.md.
 */
export const OrderStatus = describe(
  "pending → awaiting_payment → settling → paid; or rejected, or cancelled.",
  oneOf("pending", "awaiting_payment", "settling", "paid", "cancelled", "rejected"),
);
export type OrderStatus = Infer<typeof OrderStatus>;

const basisPoints = () =>
  integer({ min: 0, max: 10_000, description: "Hundredths of a percent: 2,000 is 20 %." });
export const OrderLine = shape(
  "OrderLine",
  {
    line: describe("Number of the line in the order, from 0.", integer({ min: 0, max: 500 })),
    variantId: id({ of: "variant" }),
    productId: id({ of: "product" }),
    sku: sku(),
    title: describe("In the caller's language, from the time of ordering.", text({ max: 520 })),
    quantity: quantity(),
    unitMinor: minorAmount(),
    unitPrice: amount(),
    discountMinor: minorAmount(),
    totalMinor: describe("quantity × unit − discount, VAT included.", minorAmount()),
    taxClass: text({
      max: 32,
      description: "Tax class at the time of the order, such as `standard`.",
    }),
    taxBasisPoints: basisPoints(),
    taxMinor: minorAmount(),
  },
  "Amounts are in minor units; each decimal beside one is the same amount for people.",
);

export const ShippingAddress = shape(
  "ShippingAddress",
  {
    name: describe("Name of the recipient.", personal(text({ max: 200 }))),
    line1: describe("Street and number.", personal(text())),
    line2: describe("Building, floor or company.", optional(personal(text()))),
    postcode: describe("The postcode.", personal(text({ max: 16 }))),
    city: describe("Town of the address.", personal(text({ max: 100 }))),
    country: describe("ISO 3166-1 alpha-2 code of the country.", text({ min: 2, max: 2 })),
    phone: describe("Telephone number for the delivery.", optional(personal(text({ max: 32 })))),
  },
  "Where an order is sent to.",
);

const head = {
  id: id(),
  orderId: describe("The same as `id`, by the name that old clients know.", id({ of: "order" })),
  number: describe("For people: short, unique, growing, with gaps.", integer({ min: 1 })),
  status: OrderStatus,
  customerId: id({ of: "user" }),
  storeId: optional(id({ of: "store" })),
  cartId: optional(id({ of: "cart" })),
  currency: currency(),
  subtotalMinor: minorAmount(),
  discountMinor: minorAmount(),
  taxMinor: minorAmount(),
  totalMinor: minorAmount(),
  total: amount(),
  createdAt: dateTime(),
  payDeadline: describe("The unpaid order is cancelled after this moment.", dateTime()),
  paidAt: optional(dateTime()),
  cancelledAt: optional(dateTime()),
  refundedAt: optional(dateTime()),
  refundDue: describe("True when staff must refund it: its refund failed.", optional(boolean())),
  reason: describe("Type of a failure, or the person's own reason.", optional(personal(text()))),
};
export const OrderSummary = shape("OrderSummary", head, "An order in a list.");
export type OrderSummary = Infer<typeof OrderSummary>;

export const Order = shape(
  "Order",
  {
    ...head,
    coupons: describe("Codes of the coupons that reduced it.", list(couponCode(), { max: 5 })),
    taxes: list(TaxSum),
    lines: describe("As many as a cart has.", list(OrderLine, { max: 100 })),
    shippingAddress: optional(ShippingAddress),
  },
  "An order whole: its lines as they were when it was placed, its taxes and its state.",
);
export type Order = Infer<typeof Order>;

export const TimelineEntry = shape(
  "TimelineEntry",
  {
    at: dateTime(),
    kind: describe(
      "A step of its process, a fact such as a request to cancel, or somebody's note.",
      oneOf("step", "fact", "note"),
    ),
    step: describe("Name of the step, fact or note.", optional(text())),
    outcome: describe("Result of the step; absent where there is none.", optional(text())),
    text: describe("A note, a reason, or a detail.", optional(personal(text({ max: 2_000 })))),
    actor: optional(id({ of: "user" })),
  },
  "Something that happened to an order.",
);
export type TimelineEntry = Infer<typeof TimelineEntry>;
