/** Inventory: stores, a double-entry stock ledger, reservations, transfers. */
import { StockGone, StockNotHeld } from "./contract/failures.ts";
import { command, event, failure } from "../../lib/contract.ts";
import {
  id,
  type Infer,
  integer,
  list,
  object,
  oneOf,
  optional,
  quantity,
  text,
  shape,
  describe,
} from "../../lib/shape.ts";

export * from "./contract/failures.ts";
export * from "./contract/ledger.ts";
export * from "./contract/store.ts";
export * from "./contract/stores.ts";
export * from "./contract/stocks.ts";
export * from "./contract/stocktakes.ts";
export * from "./contract/transfers.ts";

export const Allocation = shape(
  "Allocation",
  {
    line: describe("Number of the line in the order, from 0.", integer({ min: 0, max: 500 })),
    storeId: id({ of: "store" }),
    variantId: id({ of: "variant" }),
    quantity: quantity(),
  },
  "What of an order's line is held at which store.",
);
export type Allocation = Infer<typeof Allocation>;

export const ReserveStock = command("inventory.reserve", {
  summary: "Hold stock for an order, all lines or none.",
  description:
    "Holds all lines or none, in stores chosen by routing: the wanted store first, then by priority, split when one has not enough. The same `commandId` is answered the same. After a release for the order came first, it answers rejected (tombstone). Grouped: up to 500 commands in one statement. Refused with InventoryBusy (503, retryable) when its queue is full.",
  allow: "internal",
  params: {
    commandId: id({ of: "command" }),
    orderId: id({ of: "order" }),
    storeId: optional(id({ of: "store" })),
    lines: describe(
      "One for each variant.",
      list(
        object({
          line: describe("Number of the line in the order, from 0.", integer({ min: 0, max: 500 })),
          variantId: id({ of: "variant" }),
          quantity: quantity(),
        }),
        { min: 1, max: 500 },
      ),
    ),
  },
  returns: object({
    outcome: describe(
      "`rejected`: a line is short, nothing is held.",
      oneOf("reserved", "rejected"),
    ),
    allocations: describe("Reserved pieces by store.", optional(list(Allocation, { max: 2_000 }))),
    variantId: describe("The first short line, and its quantity.", optional(id({ of: "variant" }))),
    available: describe("How many pieces can be had.", optional(integer({ min: 0 }))),
  }),
  retry: "idempotent",
});
export const CommitStock = command("inventory.commit", {
  summary: "The order is paid: what was held has left.",
  description:
    "reserved − q, on hand − q, movement store → customer. Only ever retried: it comes after the money.",
  allow: "internal",
  params: { commandId: id({ of: "command" }), orderId: id({ of: "order" }) },
  returns: object({
    outcome: describe("Always `committed`, also the second time.", oneOf("committed")),
  }),
  retry: "idempotent",
  failures: [StockNotHeld],
});
export const ReleaseStock = command("inventory.release", {
  summary: "Let go what was held for an order. Safe before the hold itself, and twice.",
  allow: "internal",
  params: { commandId: id({ of: "command" }), orderId: id({ of: "order" }) },
  returns: shape(
    "StockReleased",
    {
      outcome: describe("`released`, also for one without a reservation.", oneOf("released")),
    },
    "Nothing is held any more.",
  ),
  retry: "idempotent",
  failures: [StockGone],
});
export const RestockOrder = command("inventory.restock", {
  summary: "What left for an order is back.",
  description: "Movement customer → store, where each line came from.",
  allow: "internal",
  params: { commandId: id({ of: "command" }), orderId: id({ of: "order" }) },
  returns: object({
    outcome: describe("Always `restocked`, also the second time.", oneOf("restocked")),
  }),
  retry: "idempotent",
  failures: [StockNotHeld],
});

const orderStock = {
  orderId: id({ of: "order" }),
  allocations: describe("Reserved pieces by store.", list(Allocation, { max: 2_000 })),
};
const storesOf = ({ orderId, allocations }: { orderId: string; allocations: Allocation[] }) => [
  `order:${orderId}`,
  ...new Set(allocations.map(({ storeId }) => `store:${storeId}`)),
];
export const StockReserved = event("inventory", "stock.reserved", {
  summary: "Stock is held for an order.",
  payload: orderStock,
  rooms: storesOf,
});
export const StockReleased = event("inventory", "stock.released", {
  summary: "Stock held for an order is free again.",
  payload: orderStock,
  rooms: storesOf,
});
export const StockCommitted = event("inventory", "stock.committed", {
  summary: "Stock has left for a paid order.",
  payload: orderStock,
  rooms: storesOf,
});
export const StockAdjusted = event("inventory", "stock.adjusted", {
  summary: "Stock of a store was corrected, counted, received or written off.",
  payload: {
    storeId: id({ of: "store" }),
    variantId: id({ of: "variant" }),
    change: describe("Pieces added, or removed if negative.", integer()),
    onHand: describe("Pieces at the store, reserved ones included.", integer()),
    reason: describe("Kind of the movement, such as `correction`.", text({ max: 64 })),
  },
  rooms: ({ storeId }) => [`store:${storeId}`, "admin"],
});
export const AvailabilityChanged = event("inventory", "stock.availability_changed", {
  summary: "A variant came into stock, ran low, or ran out.",
  description:
    "Told when what may be sold of a variant, over all stores, crosses a state; not at each sale.",
  payload: {
    variantId: id({ of: "variant" }),
    available: describe("Pieces that can be sold over all stores.", integer({ min: 0 })),
    state: describe("The new state of the quantity.", oneOf("in_stock", "low", "out")),
  },
  rooms: () => ["admin"],
});

export const InventoryBusy = failure("INVENTORY_BUSY", 503, {
  en: "Too many are buying at this moment. Try again in a few seconds.",
  fr: "Trop de personnes achètent en ce moment. Réessayez dans quelques secondes.",
});
export const OutOfStock = failure<{ variantId: string; available: number }>("OUT_OF_STOCK", 409, {
  en: "There are only {available} left of this. Order fewer, or something else.",
  fr: "Il n'en reste que {available}. Commandez-en moins, ou autre chose.",
});
