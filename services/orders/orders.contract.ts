/** Turns carts into orders and follows each order to its end. */
import { action, event, failure } from "../../lib/contract.ts";
import {
  currency,
  id,
  type Infer,
  integer,
  list,
  minor,
  object,
  oneOf,
  optional,
  text,
} from "../../lib/shape.ts";

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

/** What payments asks before it takes money: whose order, how much, whether it waits for it. */
export const OrderDue = action("orders.due", {
  summary: "Tell what an order still waits to be paid. Unknown ids fail with ORDER_NOT_FOUND.",
  allow: "services",
  params: { orderId: id() },
  returns: object({
    orderId: id(),
    customerId: id(),
    storeId: optional(id()),
    status: OrderStatus,
    currency: currency(),
    totalMinor: minor(),
  }),
  repeatable: true,
});

/**
 * Whether an order lives. Only this service may say that one is dead: for an unknown id it first
 * writes a rejected tombstone, so that it can never come to life later.
 */
export const OrderFate = action("orders.fate", {
  summary: "Tell what became of an order, and settle that an unknown one will never exist.",
  allow: "services",
  params: { orderId: id() },
  returns: object({ orderId: id(), status: OrderStatus }),
  repeatable: true,
});

const orderFact = {
  orderId: id(),
  number: integer({ min: 1 }),
  customerId: id(),
  cartId: optional(id()),
  currency: currency(),
  totalMinor: minor(),
};
const roomsOf = ({ orderId, customerId }: { orderId: string; customerId: string }) => [
  `order:${orderId}`,
  `user:${customerId}`,
  "admin",
];
/** The name that source system 003 gave to a placed order. */
export const NewOrder = event("new-order", {
  summary: "An order exists; its stock is about to be held.",
  payload: {
    ...orderFact,
    lines: list(object({ variantId: id(), quantity: integer({ min: 1 }) }), { max: 500 }),
  },
  rooms: roomsOf,
});
export const OrderAwaitsPayment = event("order.awaiting_payment", {
  summary: "An order's stock is held; it waits for its payment.",
  payload: orderFact,
  rooms: roomsOf,
});
export const OrderProcessed = event("order-processed", {
  summary: "An order is paid and its stock has left.",
  payload: orderFact,
  rooms: roomsOf,
});
export const OrderRejected = event("order.rejected", {
  summary: "An order could not be: nothing was held or paid in the end.",
  payload: { ...orderFact, reason: text() },
  rooms: roomsOf,
});
export const OrderCancelled = event("order.cancelled", {
  summary: "An order was given up before it was paid; stock and coupons are free again.",
  payload: { ...orderFact, reason: text() },
  rooms: roomsOf,
});
export const OrderRefunded = event("order.refunded", {
  summary: "A paid order was cancelled: its money is given back and its stock is back.",
  payload: orderFact,
  rooms: roomsOf,
});

export const OrderNotFound = failure<{ orderId: string }>("ORDER_NOT_FOUND", 404, {
  en: "There is no such order. Check the id.",
  fr: "Cette commande n'existe pas. Vérifiez l'identifiant.",
});
export const OrderNotOpen = failure<{ orderId: string; status: string }>("ORDER_NOT_OPEN", 409, {
  en: "The order is {status}: it can no longer change in this way.",
  fr: "La commande est « {status} » : elle ne peut plus être modifiée ainsi.",
});
