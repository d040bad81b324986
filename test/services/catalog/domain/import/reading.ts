/** Small files made in the test, read and sorted into products and faults. */
import {
  type ImportedProduct,
  type ImportIssue,
  isError,
} from "../../../../../services/catalog/domain/import/imported.ts";
import {
  readShopify,
  type ShopifyOptions,
} from "../../../../../services/catalog/domain/import/shopify.ts";

export const HEADER =
  "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name," +
  "Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty," +
  "Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping," +
  "Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title," +
  "SEO Description,Variant Image";
const COLUMNS = HEADER.split(",");

/** One row of a file with HEADER: the cells that are named, all others empty. */
export function row(cells: Record<string, string>): string {
  const stranger = Object.keys(cells).find((name) => !COLUMNS.includes(name));
  if (stranger !== undefined) throw new Error(`HEADER has no column ${stranger}`);
  return COLUMNS.map((name) => quoted(cells[name] ?? "")).join(",");
}

/** The first row of a product that can be taken, unless `cells` spoil it. */
export const tea = (cells: Record<string, string> = {}): string =>
  row({ Handle: "tea", Title: "Tea", "Variant SKU": "TEA", "Variant Price": "4.50", ...cells });

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export const file = (...rows: string[]): string => `${[HEADER, ...rows].join("\n")}\n`;

export async function* inPieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export interface Reading {
  products: ImportedProduct[];
  issues: ImportIssue[];
}

export async function read(
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
  options: Partial<ShopifyOptions> & { pieces?: number } = {},
): Promise<Reading> {
  const { pieces, ...rest } = options;
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const stream = bytes instanceof Uint8Array ? inPieces(bytes, pieces) : bytes;
  const found: Reading = { products: [], issues: [] };
  for await (const item of readShopify(stream, { currency: "EUR", ...rest })) {
    if (isError(item)) found.issues.push(item);
    else found.products.push(item);
  }
  return found;
}

/** The faults as `line code field`, which is what most tests are about. */
export const brief = (issues: ImportIssue[]): string[] =>
  issues.map(({ line, code, field }) => [line, code, field].join(" ").trim());

/** The one product of a reading. */
export function only<T>(items: readonly T[]): T {
  const [first] = items;
  if (first === undefined || items.length > 1) throw new Error(`not one but ${items.length}`);
  return first;
}
