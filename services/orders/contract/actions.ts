import { NotAllowed } from "../../../lib/access.ts";
import { command, query } from "../../../lib/contract.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import {
  cutList,
  literal,
  id,
  dateTime,
  list,
  minorAmount,
  object,
  oneOf,
  optional,
  page,
  paging,
  personal,
  quantity,
  text,
  version,
  describe,
} from "../../../lib/shape.ts";
import { CartChanged, CartEmpty, CartNotFound } from "../../carts/carts.contract.ts";
import { OutOfStock } from "../../inventory/inventory.contract.ts";
import { couponCode, QuoteFor } from "../../pricing/pricing.contract.ts";
import {
  CouponRefused,
  OrderNotFound,
  OrderNotOpen,
  OrderResource,
  PriceDiffers,
  TooManyOpenOrders,
} from "./failures.ts";
import { NotSellable } from "../../catalog/catalog.contract.ts";
import { Order, OrderStatus, OrderSummary, ShippingAddress, TimelineEntry } from "./order.ts";

export const PlaceOrder = command("orders.place", {
  summary: "Order a cart, or one product at once.",
  description:
    "Orders a cart, or one product at once. Holds coupons and stock and opens the payment as far as that goes within 5 s, and goes on by itself afterwards. With an Idempotency-Key the same order is answered however often it is asked for; a cart becomes one order in any case. 201 when it is paid or waits for its payment, 202 when it could not get so far yet.",
  rest: ["POST /orders", "POST /carts/:cartId/checkout"],
  allow: "orders.place",
  access: {
    owner: "userId",
    store: "storeId",
    refusal: () => NotAllowed({ needs: "orders.place" }),
  },
  idempotency: "resource",
  status: 201,
  pendingStatus: 202,
  timeoutMs: 12_000,
  params: {
    userId: describe("The caller by default; staff name others.", optional(id({ of: "user" }))),
    productId: describe("Its first variant is ordered.", optional(id({ of: "product" }))),
    variantId: optional(id({ of: "variant" })),
    quantity: optional(quantity()),
    cartId: optional(id({ of: "cart" })),
    version: describe("The cart's version that was seen.", optional(version())),
    coupons: describe("Codes of coupons, in any case.", optional(list(couponCode(), { max: 5 }))),
    storeId: optional(id({ of: "store" })),
    expectedTotalMinor: describe(
      "Total that was seen; another is refused.",
      optional(minorAmount()),
    ),
    payment: describe(
      "Only chooses the provider beforehand: nothing is charged without the customer.",
      optional(
        object({
          provider: describe("Payment provider, chosen in advance.", oneOf("simulator", "cash")),
        }),
      ),
    ),
    note: describe("Text of the note.", optional(personal(text({ max: 2_000 })))),
    shippingAddress: optional(ShippingAddress),
  },
  returns: object({
    success: describe("Always true: failures have another status.", literal(true)),
    message: describe("Confirmation in the caller's language.", text()),
    orderId: id({ of: "order" }),
    order: Order,
  }),
  message: {
    en: "Order created and sent for processing",
    fr: "Commande créée et envoyée pour traitement",
  },
  failures: [
    CartNotFound,
    CartEmpty,
    CartChanged,
    NotSellable,
    PriceDiffers,
    CouponRefused,
    OutOfStock,
    TooManyOpenOrders,
    OrderNotOpen,
    ...(QuoteFor.failures ?? []),
  ],
  tag: "orders",
});

export const CancelOrder = command("orders.cancel", {
  summary: "Cancel an order; a paid one is refunded.",
  description:
    "Gives up an order that is not paid, or refunds one that is (for whoever may refund). Asked twice, it answers the same. 202 when it is not final yet. If the payment wins the race, the order is honoured and this fails with ORDER_NOT_OPEN.",
  rest: "POST /orders/:orderId/cancel",
  allow: "orders.cancel",
  access: { resource: OrderResource, id: "orderId" },
  idempotency: "natural",
  pendingStatus: 202,
  retry: "idempotent",
  timeoutMs: 12_000,
  params: {
    orderId: id({ of: "order" }),
    reason: describe("The reason, in the person's words.", optional(personal(text({ max: 200 })))),
  },
  returns: Order,
  failures: [OrderNotFound, OrderNotOpen],
  tag: "orders",
});

export const ListOrders = query("orders.list", {
  summary: "List orders, the newest first: one's own, one's stores' or all.",
  rest: "GET /orders",
  allow: "orders.read",
  access: "visible",
  params: {
    status: optional(OrderStatus),
    customerId: optional(id({ of: "user" })),
    from: optional(dateTime()),
    to: optional(dateTime()),
    ...paging,
  },
  returns: page(OrderSummary),
  failures: [CursorInvalid],
  tag: "orders",
});

export const GetOrder = query("orders.get", {
  summary: "Show one order.",
  rest: "GET /orders/:orderId",
  allow: "orders.read",
  access: { resource: OrderResource, id: "orderId" },
  params: { orderId: id({ of: "order" }) },
  returns: Order,
  failures: [OrderNotFound],
  tag: "orders",
});

export const OrderTimeline = query("orders.timeline", {
  summary: "Show what happened to an order, oldest first.",
  description: "Customers see the notes that they wrote themselves, staff see all.",
  rest: "GET /orders/:orderId/timeline",
  allow: "orders.read",
  access: { resource: OrderResource, id: "orderId" },
  params: { orderId: id({ of: "order" }) },
  returns: object({
    orderId: id({ of: "order" }),
    timeline: describe("What happened, oldest first.", cutList(TimelineEntry, { max: 1_000 })),
  }),
  failures: [OrderNotFound],
  tag: "orders",
});

export const NoteOrder = command("orders.note", {
  summary: "Write a note on an order.",
  rest: "POST /orders/:orderId/notes",
  allow: "orders.note",
  access: { resource: OrderResource, id: "orderId" },
  idempotency: "key",
  status: 201,
  params: {
    orderId: id({ of: "order" }),
    text: describe("The note.", personal(text({ max: 2_000 }))),
  },
  returns: TimelineEntry,
  failures: [OrderNotFound],
  tag: "orders",
});
