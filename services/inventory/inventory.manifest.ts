import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "inventory",
  keeps: "stores, stock, reservations, transfers",
  place: 4,
  database: true,
  calls: ["orders.resolve"],
  port: 15438,
  areas: ["stores", "stocks"],
  nodes: 2,
  rooms: { store: { permission: "stock.read", of: "store" } },
  counters: {
    "comptoir.availability.total": {
      says: "Variants that came into stock, ran low or ran out",
      states: { event: "stock.availability_changed", values: ["in_stock", "low", "out"] },
    },
  },
  permissions: {
    "stores.edit": { store_manager: "store" },
    "stock.read": {
      cashier: "store",
      store_manager: "store",
      stock_clerk: "store",
      accountant: "any",
      editor: "any",
    },
    "stock.adjust": { store_manager: "store", stock_clerk: "store" },
    "stock.transfer": { store_manager: "store", stock_clerk: "store" },
    "stock.count": { store_manager: "store", stock_clerk: "store" },
  },
} satisfies Manifest;
