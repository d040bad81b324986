/** Turns carts into orders and follows each order to its end. */
import { event, query } from "../../lib/contract.ts";
import {
  describe,
  currency,
  id,
  integer,
  list,
  minorAmount,
  object,
  optional,
  text,
} from "../../lib/shape.ts";
import { OrderNotFound } from "./contract/failures.ts";
import { OrderStatus } from "./contract/order.ts";

export * from "./contract/actions.ts";
export * from "./contract/failures.ts";
export * from "./contract/order.ts";

export const AmountDue = query("orders.amountDue", {
  summary: "Tell what an order still waits to be paid. Unknown ids fail with ORDER_NOT_FOUND.",
  description:
    "What payments asks before it takes money: whose order, how much, whether it waits for it.",
  allow: "internal",
  params: { orderId: id({ of: "order" }) },
  returns: object({
    orderId: id({ of: "order" }),
    customerId: id({ of: "user" }),
    storeId: optional(id({ of: "store" })),
    status: OrderStatus,
    currency: currency(),
    totalMinor: minorAmount(),
  }),
  failures: [OrderNotFound],
});

export const ResolveOrder = query("orders.resolve", {
  summary: "Tell what became of an order, and settle that an unknown one will never exist.",
  description:
    "Whether an order lives. Only this service may say that one is dead: for an unknown id it first writes a rejected tombstone, so that it can never come to life later.",
  allow: "internal",
  params: { orderId: id({ of: "order" }) },
  returns: object({ orderId: id({ of: "order" }), status: OrderStatus }),
});

const orderFact = {
  orderId: id({ of: "order" }),
  number: describe("For people: short, unique, growing.", integer({ min: 1 })),
  customerId: id({ of: "user" }),
  cartId: optional(id({ of: "cart" })),
  currency: currency(),
  totalMinor: minorAmount(),
};
const roomsOf = ({ orderId, customerId }: { orderId: string; customerId: string }) => [
  `order:${orderId}`,
  `user:${customerId}`,
  "admin",
];
export const NewOrder = event("orders", "new-order", {
  summary: "An order exists; its stock is about to be held.",
  description: "The name that source system 003 gave to a placed order.",
  payload: {
    ...orderFact,
    lines: describe(
      "The ordered lines, one for each variant.",
      list(
        object({
          variantId: id({ of: "variant" }),
          quantity: describe("Ordered pieces of the variant.", integer({ min: 1 })),
        }),
        {
          max: 500,
        },
      ),
    ),
  },
  rooms: roomsOf,
});
export const OrderAwaitsPayment = event("orders", "order.awaiting_payment", {
  summary: "An order's stock is held; it waits for its payment.",
  payload: orderFact,
  rooms: roomsOf,
});
export const OrderProcessed = event("orders", "order-processed", {
  summary: "An order is paid and its stock has left.",
  payload: orderFact,
  rooms: roomsOf,
});
export const OrderRejected = event("orders", "order.rejected", {
  summary: "An order could not be: nothing was held or paid in the end.",
  payload: { ...orderFact, reason: describe("Type of the failure that rejected it.", text()) },
  rooms: roomsOf,
});
export const OrderCancelled = event("orders", "order.cancelled", {
  summary: "An order was given up before it was paid; stock and coupons are free again.",
  payload: {
    ...orderFact,
    reason: describe("A code: `PAYMENT_EXPIRED`, or `CANCELLED` for a request.", text()),
  },
  rooms: roomsOf,
});
export const OrderRefunded = event("orders", "order.refunded", {
  summary: "A paid order was cancelled: its money is given back and its stock is back.",
  payload: orderFact,
  rooms: roomsOf,
});
