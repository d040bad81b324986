/** The catalogue: products, variants, categories; search; import and export. */
import { event } from "../../lib/contract.ts";
import {
  currency,
  boolean,
  id,
  integer,
  list,
  minorAmount,
  object,
  optional,
  sku,
  text,
  describe,
} from "../../lib/shape.ts";
import { TaxClass } from "./contract/shapes.ts";

export * from "./contract/categories.ts";
export * from "./contract/editing.ts";
export * from "./contract/failures.ts";
export * from "./contract/imports.ts";
export * from "./contract/products.ts";
export * from "./contract/services.ts";
export {
  Category,
  Product,
  ProductSummary,
  ProductType,
  StockState,
  TaxClass,
  Variant,
  VariantQuantity,
  VariantSnapshot,
} from "./contract/shapes.ts";

const priceAndStock = {
  variantId: id({ of: "variant" }),
  productId: id({ of: "product" }),
  sku: sku(),
  taxClass: TaxClass,
  stocked: describe("Whether stock is kept of it: not of services and downloads.", boolean()),
  currency: currency(),
  priceMinor: optional(minorAmount()),
  compareAtMinor: optional(minorAmount()),
  stock: describe(
    "How many there are at each store; without a store's code, at the one that ships web orders.",
    list(
      object({
        storeCode: describe(
          "The store's code; absent for the one that ships web orders.",
          optional(text({ max: 32 })),
        ),
        quantity: describe("Declared pieces at the store.", integer({ min: 0 })),
      }),
    ),
  ),
};
export const VariantCreated = event("catalog", "variant.created", {
  summary: "There is a new variant. Pricing sets its price, inventory its first stock.",
  payload: priceAndStock,
});
export const VariantUpdated = event("catalog", "variant.updated", {
  summary:
    "A merchant's file said this of a variant that exists. Pricing takes its price; inventory counts its stock as the file says, as an adjustment.",
  payload: { ...priceAndStock, importId: id({ of: "import" }) },
});
export const ProductCreated = event("catalog", "product.created", {
  summary: "There is a new product.",
  payload: {
    productId: id({ of: "product" }),
    handle: describe("The last part of its address.", text()),
  },
  rooms: () => ["admin"],
});
export const ProductUpdated = event("catalog", "product.updated", {
  summary: "A product's description changed.",
  payload: { productId: id({ of: "product" }) },
  rooms: () => ["admin"],
});
export const ProductArchived = event("catalog", "product.archived", {
  summary: "A product is no longer sold.",
  payload: {
    productId: id({ of: "product" }),
    variantIds: list(id({ of: "variant" }), { max: 1_000 }),
  },
  rooms: () => ["admin"],
});
export const CategoryChanged = event("catalog", "category.changed", {
  summary: "A category was made, renamed, moved or removed.",
  payload: { categoryId: id({ of: "category" }) },
});
