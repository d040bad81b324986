/** Actions that change products. */
import { command } from "../../../lib/contract.ts";
import {
  localizedText,
  boolean,
  id,
  type Infer,
  integer,
  list,
  minorAmount,
  nullable,
  optional,
  sku,
  text,
  version,
  shape,
  describe,
} from "../../../lib/shape.ts";
import * as failures from "./failures.ts";
import * as shapes from "./shapes.ts";

const FirstStock = shape(
  "FirstStock",
  {
    storeCode: optional(
      text({ max: 32, description: "The store's code; absent for the one that ships web orders." }),
    ),
    quantity: integer({ min: 0, max: 1_000_000_000, description: "Pieces at the store." }),
  },
  "How many pieces of a new variant there are at a store.",
);
const ProductSeo = shape(
  "ProductSeo",
  {
    title: optional(text({ description: "What search engines show as the page's title." })),
    description: optional(text({ max: 1_000, description: "What they show below it." })),
  },
  "What search engines are given.",
);
const VariantDraft = shape(
  "VariantDraft",
  {
    sku: sku(),
    optionValues: optional(shapes.optionValues()),
    priceMinor: minorAmount({ max: 10_000_000_000 }),
    compareAtMinor: optional(minorAmount({ max: 10_000_000_000 })),
    weightGrams: describe("Weight in grams.", optional(integer({ min: 0, max: 1_000_000_000 }))),
    ean: describe("The barcode: EAN or GTIN.", optional(text({ max: 64 }))),
    stock: describe(
      "First stock; without a store, where web orders ship.",
      optional(list(FirstStock)),
    ),
  },
  "A variant as a merchant describes it, with its price in the system's currency.",
);
const described = {
  vendor: describe("Brand or maker.", optional(nullable(text()))),
  tags: optional(shapes.tags()),
  taxClass: optional(shapes.TaxClass),
  categories: describe("Slugs of its categories.", optional(list(shapes.slug(), { max: 20 }))),
  images: describe("Pictures, the main one first.", optional(list(shapes.Image, { max: 250 }))),
  seo: optional(ProductSeo),
  published: describe("False for a draft, which shoppers do not see.", optional(boolean())),
};
const tag = "catalog";

export type VariantDraft = Infer<typeof VariantDraft>;

export const CreateProduct = command("catalog.create", {
  summary: "Make a product with its variants; prices in the currency of the system.",
  rest: "POST /products",
  allow: "catalog.edit",
  access: "any",
  params: {
    handle: describe(
      "Last part of its address; by default from the title.",
      optional(shapes.slug()),
    ),
    type: optional(shapes.ProductType),
    title: shapes.title(),
    description: describe(
      "HTML; other than formatting is removed.",
      optional(shapes.description()),
    ),
    options: describe("What its variants differ in.", optional(list(shapes.Option, { max: 3 }))),
    variants: describe("Its variants, one for each combination.", list(VariantDraft, { min: 1 })),
    ...described,
  },
  returns: shapes.Product,
  status: 201,
  idempotency: "key",
  failures: [
    failures.HandleTaken,
    failures.SkuTaken,
    failures.OptionsMismatch,
    failures.CategoryNotFound,
    failures.ProductTooLarge,
  ],
  tag,
});

export const EditProduct = command("catalog.edit", {
  summary: "Change a product as it was at `version`. What is null is removed.",
  rest: "PATCH /products/:productId",
  allow: "catalog.edit",
  access: "any",
  params: {
    productId: id({ of: "product" }),
    version: version(),
    handle: optional(shapes.slug()),
    title: optional(shapes.title()),
    description: optional(shapes.description()),
    ...described,
  },
  returns: shapes.Product,
  failures: [
    failures.ProductNotFound,
    failures.ProductChanged,
    failures.ProductIsArchived,
    failures.HandleTaken,
    failures.CategoryNotFound,
    failures.ProductTooLarge,
  ],
  tag,
});

export const ArchiveProduct = command("catalog.archive", {
  summary: "Sell a product no longer. Orders keep what they say of it.",
  rest: "DELETE /products/:productId",
  allow: "catalog.edit",
  access: "any",
  params: { productId: id({ of: "product" }) },
  returns: shapes.Product,
  retry: "idempotent",
  failures: [failures.ProductNotFound],
  tag,
});

export const AddVariant = command("catalog.addVariant", {
  summary: "Add a variant to a product.",
  rest: "POST /products/:productId/variants",
  allow: "catalog.edit",
  access: "any",
  params: {
    productId: id({ of: "product" }),
    ...VariantDraft.properties,
    values: describe(
      "Instead of `optionValues`: the values themselves. One that its option has not yet is added.",
      optional(list(localizedText(), { max: 3 })),
    ),
  },
  returns: shapes.Product,
  status: 201,
  idempotency: "key",
  failures: [
    failures.ProductNotFound,
    failures.ProductIsArchived,
    failures.SkuTaken,
    failures.OptionsMismatch,
    failures.TooManyVariants,
    failures.ProductTooLarge,
  ],
  tag,
});

export const EditVariant = command("catalog.editVariant", {
  summary: "Change a variant of a product as it was at `version` of the product.",
  description: "Its price is changed with `PUT /prices`, its stock with `POST /stocks/adjust`.",
  rest: "PATCH /products/:productId/variants/:variantId",
  allow: "catalog.edit",
  access: "any",
  params: {
    productId: id({ of: "product" }),
    variantId: id({ of: "variant" }),
    version: version(),
    sku: optional(sku()),
    weightGrams: describe("Weight in grams.", optional(integer({ min: 0, max: 1_000_000_000 }))),
    ean: describe("The barcode: EAN or GTIN.", optional(nullable(text({ max: 64 })))),
    image: optional(nullable(shapes.url())),
  },
  returns: shapes.Product,
  failures: [
    failures.ProductNotFound,
    failures.VariantNotFound,
    failures.ProductChanged,
    failures.ProductIsArchived,
    failures.SkuTaken,
    failures.ProductTooLarge,
  ],
  tag,
});
