/** Writes products as a file in Shopify's CSV format that `readShopify` reads back to the same. */
import { Readable } from "node:stream";
import { stringify } from "csv-stringify/sync";
import { ALL_COLUMNS, type Column, nameOf, protect } from "./columns.ts";
import type { ImportedImage, ImportedProduct, ImportedVariant } from "./imported.ts";
import { NO_OPTION } from "./options.ts";
import { type Currency, currencyOf, writePrice } from "./price.ts";

const WRITTEN = ALL_COLUMNS.filter((column) => column !== "status");

/**
 * UTF-8 without a byte order mark, RFC 4180, one product at a time as the reader of the stream asks
 * for it. Imported again in the same currency it gives products with the same `fingerprint`.
 *
 * Cells that a spreadsheet would run as a formula (= + - @ and their like) get an apostrophe in
 * front, which the import takes away again: see `protect`. An error of `products` ends the stream
 * with it.
 * @throws RangeError if `currency` has not the form of an ISO 4217 code.
 */
export function writeShopify(
  products: AsyncIterable<ImportedProduct>,
  { currency: code }: { currency: string },
): Readable {
  const currency = currencyOf(code);
  async function* lines() {
    yield csv([WRITTEN.map(nameOf)]);
    for await (const product of products) yield csv(rowsOf(product, currency));
  }
  return Readable.from(lines(), { objectMode: false });
}

const csv = (rows: string[][]): Buffer =>
  Buffer.from(stringify(rows, { record_delimiter: "\n", quoted_match: /[\r\n\t;]|^\s|\s$/ }));

type Cells = Partial<Record<Column, string>>;

/** Image n stands beside variant n; what is left of either has rows of its own. */
function rowsOf(product: ImportedProduct, currency: Currency): string[][] {
  const { handle, variants, images, options } = product;
  return Array.from({ length: Math.max(variants.length, images.length) }, (_, index) => {
    const variant = variants[index];
    const image = images[index];
    const cells: Cells = {
      handle,
      ...(index === 0 && productCells(product)),
      ...(variant && variantCells(variant, options.length, currency)),
      ...(image && imageCells(image)),
    };
    return WRITTEN.map((column) => protect(cells[column] ?? ""));
  });
}

function productCells(product: ImportedProduct): Cells {
  const { options } = product;
  return {
    title: product.title,
    body: product.descriptionHtml,
    vendor: product.vendor ?? "",
    type: product.type ?? "",
    tags: product.tags.join(", "),
    published: String(product.published),
    option1Name: options[0]?.name ?? NO_OPTION.name,
    option2Name: options[1]?.name ?? "",
    option3Name: options[2]?.name ?? "",
    giftCard: String(product.giftCard),
    seoTitle: product.seoTitle ?? "",
    seoDescription: product.seoDescription ?? "",
  };
}

function variantCells(variant: ImportedVariant, options: number, currency: Currency): Cells {
  const { optionValues, compareAtMinor } = variant;
  return {
    option1Value: options === 0 ? NO_OPTION.value : (optionValues[0] ?? ""),
    option2Value: optionValues[1] ?? "",
    option3Value: optionValues[2] ?? "",
    sku: variant.sku,
    grams: String(variant.grams),
    tracker: variant.trackInventory ? "shopify" : "",
    quantity: String(variant.quantity),
    policy: variant.policy,
    price: writePrice(variant.priceMinor, currency),
    compareAt: compareAtMinor === undefined ? "" : writePrice(compareAtMinor, currency),
    requiresShipping: String(variant.requiresShipping),
    taxable: String(variant.taxable),
    barcode: variant.barcode ?? "",
    variantImage: variant.imageUrl ?? "",
  };
}

const imageCells = ({ url, alt, position }: ImportedImage): Cells => ({
  imageSrc: url,
  imageAlt: alt ?? "",
  imagePosition: String(position),
});
