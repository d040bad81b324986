/** Products as the import leaves them, made at random for properties. */
import * as fc from "fast-check";
import type {
  ImportedProduct,
  ImportedVariant,
} from "../../../../../services/catalog/domain/import/imported.ts";
import { plain, sanitiseHtml } from "../../../../../services/catalog/domain/import/text.ts";

/** Text that means something to CSV, spreadsheets and HTML, as the import leaves it. */
const word = (maxLength: number) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...Array.from("=+-@'\"<>&;|\u00e9🍵"),
          "\uFF1D",
          "''=",
          "\n",
          "\r",
          "  ",
          "a,b",
        ),
        fc.string({ unit: "grapheme", maxLength: 4 }),
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => plain(parts.join("")).slice(0, maxLength).toWellFormed().trim())
    .map((text) => plain(text.replaceAll("\0", "")))
    .filter((text) => text !== "");
const url = fc.webUrl().filter((url) => /^https?:\/\/[^\s\\]+$/.test(url));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const variantOf = fc.record({
  priceMinor: fc.integer({ min: 0, max: 10_000_000_000 }),
  compareAtMinor: maybe(fc.integer({ min: 0, max: 10_000_000_000 })),
  grams: fc.nat(1_000_000_000),
  quantity: fc.nat(1_000_000_000),
  trackInventory: fc.boolean(),
  policy: fc.constantFrom("deny" as const, "continue" as const),
  barcode: maybe(word(20).filter((text) => !/^'+\d/.test(text))),
  requiresShipping: fc.boolean(),
  taxable: fc.boolean(),
  imageUrl: maybe(url),
});

const html = fc
  .array(
    fc.oneof(word(20), fc.constantFrom("<p>", "</p>", "<br>", "=1", "\n", "\r", "<i>x</i>", "'")),
  )
  .map((parts) => sanitiseHtml(parts.join("")).html.replaceAll("\0", ""))
  .map((text) => sanitiseHtml(text).html);

const product: fc.Arbitrary<ImportedProduct> = fc
  .record({
    title: word(255),
    descriptionHtml: html,
    vendor: maybe(word(100)),
    type: maybe(word(100)),
    tags: fc.uniqueArray(
      word(50)
        .map((tag) => plain(tag.replaceAll(",", " ")))
        .filter((tag) => tag !== ""),
      { maxLength: 5 },
    ),
    published: fc.boolean(),
    giftCard: fc.boolean(),
    seoTitle: maybe(word(100)),
    seoDescription: maybe(word(100)),
    names: fc.uniqueArray(word(20), { maxLength: 3 }),
    values: fc.uniqueArray(word(20), { minLength: 1, maxLength: 4 }),
    given: fc.array(variantOf, { minLength: 4, maxLength: 4 }),
    images: fc.uniqueArray(url, { maxLength: 7 }),
    alt: maybe(word(30)),
  })
  .map(({ names, values, given, images, alt, ...rest }) => {
    const taken = names.length === 0 ? values.slice(0, 1) : values;
    const variants = taken.map((value, index) => ({
      line: 1,
      sku: "",
      optionValues: names.map(() => value),
      ...(given[index] ?? given[0]),
    }));
    const whole = {
      line: 1,
      handle: "",
      options: names.map((name) => ({
        name,
        values: taken,
      })),
      images: images.map((url, at) => ({
        url,
        position: at + 1,
        ...(alt && { alt }),
      })),
      ...rest,
      variants: variants.map(defined),
    };
    return defined(whole) as unknown as ImportedProduct;
  });

/** Without the fields that are undefined, as the import leaves them out. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

/** Up to four products, their handles and SKUs unique in the file. */
export const catalogue = fc.array(product, { maxLength: 4 }).map((products) =>
  products.map((each, n) => ({
    ...each,
    handle: `-p${n}`,
    variants: each.variants.map((variant, v): ImportedVariant => ({
      ...variant,
      sku: `=${n}"${v}`,
    })),
  })),
);
