/** How merchants change what they sell. */
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
  object,
  optional,
  sku,
  text,
  version,
} from "../../../lib/shape.ts";
import * as failures from "./failures.ts";
import * as shapes from "./shapes.ts";

const VariantDraft = object({
  sku: sku(),
  optionValues: optional(shapes.optionValues()),
  priceMinor: minorAmount({ max: 10_000_000_000 }),
  compareAtMinor: optional(minorAmount({ max: 10_000_000_000 })),
  weightGrams: optional(integer({ min: 0, max: 1_000_000_000 })),
  ean: optional(text({ max: 64 })),
  /** First stock; without a store's code, at the one that ships web orders. */
  stock: optional(
    list(
      object({
        storeCode: optional(text({ max: 32 })),
        quantity: integer({ min: 0, max: 1_000_000_000 }),
      }),
    ),
  ),
});
const described = {
  vendor: optional(nullable(text())),
  tags: optional(shapes.tags()),
  taxClass: optional(shapes.TaxClass),
  /** Slugs. */
  categories: optional(list(shapes.slug(), { max: 20 })),
  images: optional(list(shapes.Image, { max: 250 })),
  seo: optional(object({ title: optional(text()), description: optional(text({ max: 1_000 })) })),
  /** False for a draft, which shoppers do not see. */
  published: optional(boolean()),
};
const tag = "catalog";

export type VariantDraft = Infer<typeof VariantDraft>;

export const CreateProduct = command("catalog.create", {
  summary: "Make a product with its variants; prices in the currency of the system.",
  rest: "POST /products",
  allow: "catalog.edit",
  access: "any",
  params: {
    /** The last part of its address; made of the title if not given. */
    handle: optional(shapes.slug()),
    type: optional(shapes.ProductType),
    title: shapes.title(),
    /** HTML; what is not plain formatting is taken out. */
    description: optional(shapes.description()),
    options: optional(list(shapes.Option, { max: 3 })),
    variants: list(VariantDraft, { min: 1 }),
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
    productId: id(),
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
  params: { productId: id() },
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
    productId: id(),
    ...VariantDraft.properties,
    /** Instead of `optionValues`: the values themselves. One that its option has not yet is added. */
    values: optional(list(localizedText(), { max: 3 })),
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

/** Its price is changed with `PUT /prices`, its stock with `POST /stocks/adjust`. */
export const EditVariant = command("catalog.editVariant", {
  summary: "Change a variant of a product as it was at `version` of the product.",
  rest: "PATCH /products/:productId/variants/:variantId",
  allow: "catalog.edit",
  access: "any",
  params: {
    productId: id(),
    variantId: id(),
    version: version(),
    sku: optional(sku()),
    weightGrams: optional(integer({ min: 0, max: 1_000_000_000 })),
    ean: optional(nullable(text({ max: 64 }))),
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
