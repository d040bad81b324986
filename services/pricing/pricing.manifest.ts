import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "pricing",
  place: 3,
  database: true,
  areas: ["prices", "coupons"],
  counters: {
    "comptoir.coupons.total": {
      says: "Coupons that were redeemed",
      outcomes: { "coupon.redeemed": "redeemed" },
    },
  },
  permissions: { "prices.edit": { editor: "any" }, "coupons.edit": { editor: "any" } },
} satisfies Manifest;
