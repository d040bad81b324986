/**
 * Reads a merchant's product file in Shopify's CSV format, row by row, in memory that does not grow
 * with the file but for 32 bytes or so per product and per SKU.
 */
import { decode, type Encoding, EncodingBroken } from "./encoding.ts";
import { issueAt } from "./issues.ts";
import { type ImportedProduct, type ImportIssue, isError } from "./imported.ts";
import { currencyOf } from "./price.ts";
import { addRow, beginProduct, finishProduct, type ProductDraft } from "./product.ts";
import { readRows } from "./rows.ts";
import { UsedSkus } from "./sku.ts";

export interface ShopifyOptions {
  /** ISO 4217: the file does not say in which currency its prices are. */
  currency: string;
  /**
   * As `detectEncoding` found it by reading the file once to its end. Without it the text must be
   * UTF-8 or begin with a byte order mark, and reading ends with a fault where it is not.
   */
  encoding?: Encoding;
}

/**
 * The products of the file in its order, and between them the faults: whatever was not taken, or
 * not as it was written, with line, field and how to mend it. No content of a file makes it throw;
 * only a failing `stream` does. The same bytes give the same products and faults every time, so a
 * reading that was cut short is resumed by reading again and passing over what is done already
 * (from the beginning, for SKUs are told from each other by what came before).
 *
 * The rows of a product must follow each other, as Shopify writes them. Rows of a handle that comes
 * back later are refused one by one, with the advice to sort the file: to merge them, all products
 * would have to be kept in memory.
 *
 * @throws RangeError if `currency` has not the form of an ISO 4217 code.
 */
export async function* readShopify(
  stream: AsyncIterable<Uint8Array>,
  { currency: code, encoding }: ShopifyOptions,
): AsyncGenerator<ImportedProduct | ImportIssue> {
  const currency = currencyOf(code);
  const handles = new UsedSkus();
  const skus = new UsedSkus();
  let draft: ProductDraft | undefined;
  let line = 1;
  if (encoding === "windows-1252") yield issueAt(1, "", "ENCODING_ASSUMED", { encoding });
  try {
    for await (const row of readRows(decode(stream, encoding))) {
      line = row.line;
      if (isError(row)) {
        yield row;
        continue;
      }
      const handle = row.get("handle");
      if (handle === "") {
        yield issueAt(line, "Handle", "HANDLE_MISSING", { value: row.get("title") });
        continue;
      }
      if (draft && draft.handle !== handle) {
        yield* finished(draft, skus);
        draft = undefined;
      }
      if (!draft && !handles.add(handle)) {
        yield issueAt(line, "Handle", "HANDLE_SCATTERED", { value: handle, handle });
        continue;
      }
      draft ??= beginProduct(row);
      yield* addRow(draft, row, currency);
    }
  } catch (error) {
    if (!(error instanceof EncodingBroken)) throw error;
    yield issueAt(line, "", "ENCODING_BROKEN", { encoding: error.encoding });
  }
  if (draft) yield* finished(draft, skus);
}

function* finished(draft: ProductDraft, skus: UsedSkus): Generator<ImportedProduct | ImportIssue> {
  const { product, issues } = finishProduct(draft, skus);
  yield* issues;
  if (product) yield product;
}
