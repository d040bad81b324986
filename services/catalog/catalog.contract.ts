/** What is sold: products, their variants, categories; search; import and export. */
import { action, event, failure } from "../../lib/contract.ts";
import {
  bilingual,
  currency,
  flag,
  id,
  type Infer,
  integer,
  list,
  minor,
  object,
  oneOf,
  optional,
  sku,
  text,
} from "../../lib/shape.ts";

export const ProductType = oneOf("goods", "service", "digital");
export const TaxClass = text({ max: 32 });
/** How much there is, as shoppers may know it. */
export const StockState = oneOf("in_stock", "low", "out");

/** What others copy of a variant at the time of a fact. */
export const VariantSnapshot = object({
  variantId: id(),
  productId: id(),
  sku: sku(),
  title: bilingual({ max: 520 }),
  type: ProductType,
  taxClass: TaxClass,
  /** False for what is archived or not published: it is not to be sold. */
  sellable: flag(),
});
export type VariantSnapshot = Infer<typeof VariantSnapshot>;

export const SnapshotVariants = action("catalog.snapshot", {
  summary:
    "Tell what is to be copied of variants: by variant ids, or by product ids (their first variant). Unknown ids are left out.",
  allow: "services",
  params: {
    variantIds: optional(list(id(), { max: 500 })),
    productIds: optional(list(id(), { max: 500 })),
  },
  returns: object({ variants: list(VariantSnapshot, { max: 1_000 }) }),
  repeatable: true,
});

const priceAndStock = {
  variantId: id(),
  productId: id(),
  sku: sku(),
  taxClass: TaxClass,
  /** Whether stock is kept of it: not of services and downloads. */
  stocked: flag(),
  currency: currency(),
  priceMinor: optional(minor()),
  compareAtMinor: optional(minor()),
  /** How many there are at each store; without a store's code, at the one that ships web orders. */
  stock: list(object({ storeCode: optional(text({ max: 32 })), quantity: integer({ min: 0 }) })),
};
export const VariantCreated = event("variant.created", {
  summary: "There is a new variant. Pricing sets its price, inventory its first stock.",
  payload: priceAndStock,
});
export const VariantImported = event("variant.imported", {
  summary:
    "A merchant's file said this of a variant that exists. Pricing takes its price; inventory counts its stock as the file says, as an adjustment.",
  payload: { ...priceAndStock, importId: id() },
});
export const ProductCreated = event("product.created", {
  summary: "There is a new product.",
  payload: { productId: id(), handle: text() },
  rooms: () => ["admin"],
});
export const ProductUpdated = event("product.updated", {
  summary: "A product's description changed.",
  payload: { productId: id() },
  rooms: () => ["admin"],
});
export const ProductArchived = event("product.archived", {
  summary: "A product is no longer sold.",
  payload: { productId: id(), variantIds: list(id(), { max: 1_000 }) },
  rooms: () => ["admin"],
});
export const CategoryChanged = event("category.changed", {
  summary: "A category was made, renamed, moved or removed.",
  payload: { categoryId: id() },
});

export const ProductNotFound = failure<{ productId: string }>("PRODUCT_NOT_FOUND", 404, {
  en: "There is no such product. Check the id, or search for it.",
  fr: "Ce produit n'existe pas. Vérifiez l'identifiant ou recherchez-le.",
});
export const VariantNotFound = failure<{ variantId: string }>("VARIANT_NOT_FOUND", 404, {
  en: "There is no such variant. Check the id, or look at the product again.",
  fr: "Cette variante n'existe pas. Vérifiez l'identifiant ou consultez à nouveau le produit.",
});
