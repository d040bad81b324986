/** The words in which the catalogue speaks: shapes that several of its actions share. */
import {
  localizedText,
  currency,
  decimal,
  boolean,
  id,
  type Infer,
  dateTime,
  integer,
  list,
  minorAmount,
  object,
  oneOf,
  optional,
  quantity,
  sku,
  text,
  shape,
  describe,
} from "../../../lib/shape.ts";

export const ProductType = oneOf("goods", "service", "digital");
export const TaxClass = text({ max: 32 });
/** How much there is, as shoppers may know it. */
export const StockState = oneOf("in_stock", "low", "out");
export type StockState = Infer<typeof StockState>;
/** What addresses are made of; what a merchant's file calls a product may be any text. */
export const slug = () => text({ max: 255, pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" });
export const title = () => localizedText();
export const description = () => localizedText({ name: "LongLocalizedText", min: 0, max: 100_000 });
export const tags = () => list(text(), { max: 250 });
export const url = () => text({ max: 2_048, pattern: "^https?://[^\\s]+$" });

export const Option = shape(
  "ProductOption",
  {
    name: localizedText(),
    values: list(localizedText(), { min: 1 }),
  },
  "What variants of a product differ in, such as its size, and the values to choose from.",
);
export type Option = Infer<typeof Option>;
export const Image = shape(
  "ProductImage",
  { url: url(), alt: optional(text({ max: 512 })) },
  "A picture of a product.",
);
export type Image = Infer<typeof Image>;
/** For each option of the product, in order, the index of the variant's value. */
export const optionValues = () => list(integer({ min: 0, max: 99 }), { max: 3 });

export const VariantSnapshot = shape(
  "VariantSnapshot",
  {
    variantId: id({ of: "variant" }),
    productId: id({ of: "product" }),
    sku: sku(),
    title: localizedText({ name: "VariantTitle", max: 520 }),
    type: ProductType,
    taxClass: TaxClass,
    sellable: describe(
      "False for what is archived or not published: it is not to be sold.",
      boolean(),
    ),
  },
  "What others copy of a variant at the time of a fact.",
);
export type VariantSnapshot = Infer<typeof VariantSnapshot>;

/** `price` is for people and for programs that promise decimals; `priceMinor` is what counts. */
const shown = {
  price: decimal({ min: 0 }),
  priceMinor: minorAmount(),
  currency: currency(),
  stock: StockState,
};
export const VariantQuantity = shape(
  "VariantQuantity",
  { variantId: id({ of: "variant" }), quantity: quantity() },
  "So many pieces of a variant.",
);
export const ProductSummary = shape(
  "ProductSummary",
  {
    id: id(),
    handle: text(),
    name: text(),
    description: text({ min: 0, max: 500 }),
    ...shown,
    compareAtPriceMinor: optional(minorAmount()),
    vendor: optional(text()),
    type: ProductType,
    tags: tags(),
    categories: describe("Slugs.", list(slug(), { max: 20 })),
    image: optional(text({ max: 2_048 })),
    variantId: describe("The variant that is bought when none is chosen.", id({ of: "variant" })),
  },
  "A product in a list; texts in the caller's language, the description without markup, cut.",
);
export type ProductSummary = Infer<typeof ProductSummary>;

export const Variant = shape(
  "Variant",
  {
    id: id(),
    sku: sku(),
    title: describe(
      "The values of its options; the product's own name when there are none.",
      text({ max: 800 }),
    ),
    options: list(object({ name: text(), value: text() }), { max: 3 }),
    ...shown,
    compareAtMinor: optional(minorAmount()),
    weightGrams: integer({ min: 0 }),
    ean: optional(text({ max: 64 })),
    image: optional(text({ max: 2_048 })),
  },
  "One form of a product that can be bought: a size, a colour.",
);
export type Variant = Infer<typeof Variant>;

/** A product whole, in the caller's language. Prices are those of its first variant. */
/** A product's own limit: large enough for a hundred variants, and it fits into one message. */
export const MAX_PRODUCT_BYTES = 400_000;
export const Product = shape(
  "Product",
  {
    ...ProductSummary.properties,
    description: text({ min: 0, max: 100_000 }),
    status: oneOf("active", "draft", "archived"),
    taxClass: TaxClass,
    options: list(object({ name: text(), values: list(text(), { max: 100 }) }), { max: 3 }),
    variants: list(Variant),
    images: list(Image, { max: 250 }),
    seo: object({ title: text({ min: 0 }), description: text({ min: 0, max: 1_000 }) }),
    version: integer({ min: 1 }),
    createdAt: dateTime(),
    updatedAt: dateTime(),
  },
  "A product whole, in the caller's language. Prices are those of its first variant.",
  { maxBytes: MAX_PRODUCT_BYTES },
);
export type Product = Infer<typeof Product>;

export const Category = shape(
  "Category",
  {
    id: id(),
    slug: slug(),
    name: text(),
    title: title(),
    parent: optional(slug()),
    version: integer({ min: 1 }),
  },
  "A group of products; groups can have groups below them.",
);
export type Category = Infer<typeof Category>;
