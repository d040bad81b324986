import { command, query } from "../../../lib/contract.ts";
import {
  localizedText,
  id,
  integer,
  list,
  minorAmount,
  object,
  oneOf,
  optional,
  record,
  sku,
  text,
  describe,
} from "../../../lib/shape.ts";
import { snapshotTags } from "./cache.ts";
import { CategoryLoop, CategoryNotFound, SkuTaken } from "./failures.ts";
import * as shapes from "./shapes.ts";

export const SnapshotVariants = query("catalog.snapshot", {
  summary:
    "Tell what is to be copied of variants: by variant ids, or by product ids (their first variant). Unknown ids are left out.",
  description: "Those that are archived are told too, as not sellable: orders may still name them.",
  allow: "internal",
  params: {
    variantIds: optional(list(id({ of: "variant" }), { max: 100 })),
    productIds: optional(list(id({ of: "product" }), { max: 5 })),
  },
  returns: object({
    variants: describe("Those that are known.", list(shapes.VariantSnapshot, { max: 105 })),
  }),
  cache: { keys: ["variantIds", "productIds"], seconds: 5, tags: snapshotTags },
});

const PutOutcome = describe(
  "Whether the product was created, changed, or equal already.",
  oneOf("created", "updated", "unchanged"),
);

export const PutProduct = command("catalog.putProduct", {
  summary: "Make a product as said, by its handle; prices in the currency of the system.",
  description:
    "The product whole, by its handle: variants by their SKUs; those not named any more are archived. What is the same as what was put before changes nothing, also when somebody has edited it since.",
  allow: "internal",
  params: {
    handle: describe("The last part of its address.", text()),
    type: shapes.ProductType,
    title: shapes.title(),
    description: shapes.description(),
    categories: describe("Slugs of the product's categories.", list(shapes.slug(), { max: 20 })),
    vendor: describe("Brand or maker.", optional(text())),
    tags: shapes.tags(),
    taxClass: shapes.TaxClass,
    options: describe("Options in which the variants differ.", list(shapes.Option, { max: 3 })),
    variants: describe(
      "Variants of the product.",
      list(
        object({
          sku: sku(),
          optionValues: shapes.optionValues(),
          priceMinor: minorAmount(),
          compareAtMinor: optional(minorAmount()),
          weightGrams: describe("Weight in grams.", integer({ min: 0, max: 1_000_000_000 })),
          ean: describe("The barcode: EAN or GTIN.", optional(text({ max: 64 }))),
          stock: describe(
            "Pieces by store code; nothing for what is not counted.",
            record(integer({ min: 0, max: 1_000_000_000 })),
          ),
        }),
        { min: 1 },
      ),
    ),
    images: describe("Pictures, the main one first.", optional(list(shapes.Image, { max: 250 }))),
  },
  returns: object({ productId: id({ of: "product" }), outcome: PutOutcome }),
  retry: "idempotent",
  failures: [CategoryNotFound, SkuTaken],
});

export const PutCategories = command("catalog.putCategories", {
  summary: "Make categories as a list says, by their slugs.",
  description: "A parent must be known, or stand before its children in the list.",
  allow: "internal",
  params: {
    categories: describe(
      "All of them, each after its parent.",
      list(
        object({ slug: shapes.slug(), title: localizedText(), parent: optional(shapes.slug()) }),
        { min: 1, max: 200 },
      ),
    ),
  },
  returns: object({
    categories: describe(
      "All of them, each after its parent.",
      list(
        object({
          slug: describe("The last part of its address.", text()),
          categoryId: id({ of: "category" }),
          outcome: PutOutcome,
        }),
        { max: 200 },
      ),
    ),
  }),
  retry: "idempotent",
  failures: [CategoryNotFound, CategoryLoop],
});
