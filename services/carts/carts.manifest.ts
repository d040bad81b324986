import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "carts",
  place: 5,
  database: true,
  counters: {
    "comptoir.carts.total": {
      says: "Carts by what became of them",
      outcomes: { "cart.converted": "converted", "cart.abandoned": "abandoned" },
    },
  },
} satisfies Manifest;
