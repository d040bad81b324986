import type { Manifest } from "../../lib/manifest.ts";

export default {
  name: "catalog",
  place: 2,
  database: true,
  areas: ["products", "categories"],
  permissions: { "catalog.edit": { editor: "any" }, "catalog.import": { editor: "any" } },
} satisfies Manifest;
