import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "catalog",
  keeps: "products, variants, categories, imports",
  place: 2,
  database: true,
  calls: ["inventory.levels", "inventory.putStores"],
  port: 15433,
  areas: ["products", "categories"],
  permissions: { "catalog.edit": { editor: "any" }, "catalog.import": { editor: "any" } },
} satisfies Manifest;
