import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "orders",
  keeps: "orders, and the process that leads each to its end",
  place: 6,
  database: true,
  calls: [
    "carts.freeze",
    "catalog.snapshot",
    "inventory.availability",
    "inventory.commit",
    "inventory.release",
    "inventory.reserve",
    "inventory.restock",
    "payments.close",
    "payments.lookUp",
    "payments.open",
    "payments.refundOrder",
    "pricing.holdCoupons",
    "pricing.quoteFor",
    "pricing.releaseCoupons",
  ],
  port: 15434,
  sagas: true,
  nodes: 2,
  rooms: {
    order: { readableBy: { action: "orders.get", id: "orderId" } },
    saga: { permission: "sagas.read", readableBy: { action: "orders.get", id: "orderId" } },
  },
  counters: {
    "comptoir.orders.total": {
      says: "Orders by what became of them",
      outcomes: {
        "new-order": "placed",
        "order-processed": "paid",
        "order.rejected": "rejected",
        "order.cancelled": "cancelled",
        "order.refunded": "refunded",
      },
    },
    "comptoir.sales.amount.total": {
      says: "What paid orders cost, in units of the currency",
      sums: { "order-processed": "totalMinor" },
    },
  },
  permissions: {
    "orders.read": {
      user: "own",
      cashier: "store",
      store_manager: "store",
      stock_clerk: "store",
      accountant: "any",
    },
    "orders.cancel": { user: "own", store_manager: "store" },
    "orders.place": { user: "own", cashier: "store", store_manager: "store" },
    "orders.note": {
      user: "own",
      cashier: "store",
      store_manager: "store",
      stock_clerk: "store",
      accountant: "any",
    },
  },
} satisfies Manifest;
