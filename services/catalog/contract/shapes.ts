/** The words in which the catalogue speaks: shapes that several of its actions share. */
import {
  localizedText,
  currency,
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
  amount,
} from "../../../lib/shape.ts";

export const ProductType = describe(
  "Whether it is a thing, a service or a download.",
  oneOf("goods", "service", "digital"),
);
export const TaxClass = text({ max: 32, description: "Which rate of VAT: standard, reduced …" });
/** The stock of a variant as shoppers see it. */
export const StockState = describe("Whether it can be had now.", oneOf("in_stock", "low", "out"));
export type StockState = Infer<typeof StockState>;
/** The part of an address that names a product or category. */
export const slug = () =>
  text({
    pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
    description: "The last part of an address: lower case, digits, hyphens.",
  });
export const title = () => localizedText();
export const description = () => localizedText({ name: "LongLocalizedText", min: 0, max: 100_000 });
export const tags = () =>
  describe("Words of the merchant to filter by.", list(text(), { max: 250 }));
export const url = () =>
  text({ description: "An address on the web.", max: 2_048, pattern: "^https?://[^\\s]+$" });

export const Option = shape(
  "ProductOption",
  {
    name: localizedText(),
    values: describe("The values to choose from.", list(localizedText(), { min: 1 })),
  },
  "What variants of a product differ in, such as its size, and the values to choose from.",
);
export type Option = Infer<typeof Option>;
export const Image = shape(
  "ProductImage",
  { url: url(), alt: describe("What the picture shows, in words.", optional(text({ max: 512 }))) },
  "A picture of a product.",
);
export type Image = Infer<typeof Image>;
/** For each option of the product, in order, the index of the variant's value. */
export const optionValues = () =>
  describe(
    "For each option, in order, the index of its value.",
    list(integer({ min: 0, max: 99 }), { max: 3 }),
  );

export const VariantSnapshot = shape(
  "VariantSnapshot",
  {
    variantId: id({ of: "variant" }),
    productId: id({ of: "product" }),
    sku: sku(),
    title: localizedText({ name: "VariantTitle", max: 520 }),
    type: ProductType,
    taxClass: TaxClass,
    sellable: describe("False for what is archived or not published.", boolean()),
  },
  "What others copy of a variant at the time of a fact.",
);
export type VariantSnapshot = Infer<typeof VariantSnapshot>;

/** `price` is for people and for programs that promise decimals; `priceMinor` is what counts. */
const shown = {
  price: amount(),
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
    handle: describe("The last part of its address.", text()),
    name: describe("Title in the caller's language.", text()),
    description: describe("Plain text, shortened for lists.", text({ min: 0, max: 500 })),
    ...shown,
    compareAtPriceMinor: optional(minorAmount()),
    vendor: describe("Brand or maker.", optional(text())),
    type: ProductType,
    tags: tags(),
    categories: describe("Slugs of the product's categories.", list(slug(), { max: 20 })),
    image: describe("URL of the main picture.", optional(text({ max: 2_048 }))),
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
    title: describe("Values of its options; without any, the product's name.", text({ max: 800 })),
    options: describe(
      "Options in which the variants differ, such as size.",
      list(
        object({
          name: describe("Name of the option in the caller's language, such as Colour.", text()),
          value: describe("The variant's value of the option, in the caller's language.", text()),
        }),
        { max: 3 },
      ),
    ),
    ...shown,
    compareAtMinor: optional(minorAmount()),
    weightGrams: describe("Weight with packaging, in grams.", integer({ min: 0 })),
    ean: describe("The barcode: EAN or GTIN.", optional(text({ max: 64 }))),
    image: describe("URL of the main picture.", optional(text({ max: 2_048 }))),
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
    description: describe("HTML, in the caller's language.", text({ min: 0, max: 100_000 })),
    status: describe("Shoppers see only `active` products.", oneOf("active", "draft", "archived")),
    taxClass: TaxClass,
    options: describe(
      "Options in which the variants differ, such as size.",
      list(
        object({
          name: describe("Name of the option in the caller's language, such as Colour.", text()),
          values: describe("The values to choose from.", list(text(), { max: 100 })),
        }),
        { max: 3 },
      ),
    ),
    variants: describe("Variants of the product that are not archived.", list(Variant)),
    images: describe("Pictures of the product, the main one first.", list(Image, { max: 250 })),
    seo: describe(
      "What search engines are given.",
      object({
        title: describe("Title of the page for search engines.", text({ min: 0 })),
        description: describe("Its description there.", text({ min: 0, max: 1_000 })),
      }),
    ),
    version: describe("Grows with changes; send it as `If-Match`.", integer({ min: 1 })),
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
    name: describe("Name of the category in the caller's language.", text()),
    title: title(),
    parent: optional(slug()),
    version: describe("Grows with changes; send it as `If-Match`.", integer({ min: 1 })),
  },
  "A group of products; groups can have groups below them.",
);
export type Category = Infer<typeof Category>;
