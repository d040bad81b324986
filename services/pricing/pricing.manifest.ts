import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "pricing",
  keeps: "prices, taxes, coupons",
  place: 3,
  database: true,
  port: 15437,
  areas: ["prices", "coupons"],
  counters: {
    "comptoir.coupons.total": {
      says: "Coupons that were redeemed",
      outcomes: { "coupon.redeemed": "redeemed" },
    },
  },
  permissions: { "prices.edit": { editor: "any" }, "coupons.edit": { editor: "any" } },
} satisfies Manifest;
