import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "carts",
  keeps: "what is chosen and not ordered yet",
  place: 5,
  database: true,
  calls: ["catalog.snapshot", "orders.resolve", "pricing.quoteFor"],
  port: 15435,
  counters: {
    "comptoir.carts.total": {
      says: "Carts by what became of them",
      outcomes: { "cart.converted": "converted", "cart.abandoned": "abandoned" },
    },
  },
} satisfies Manifest;
