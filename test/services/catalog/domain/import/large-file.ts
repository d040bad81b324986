/**
 * Reads a generated file of as many lines as `workerData` says, in a thread whose heap is limited:
 * it ends there with an error if memory grows with the file. Answers what it counted.
 */
import { parentPort, workerData } from "node:worker_threads";
import { isError } from "../../../../../services/catalog/domain/import/imported.ts";
import { readShopify } from "../../../../../services/catalog/domain/import/shopify.ts";

const HEADER =
  "Handle,Title,Body (HTML),Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU," +
  "Variant Grams,Variant Inventory Qty,Variant Price,Image Src";
const BODY = "<p>Un vélo <strong>solide</strong> pour la ville, <em>léger</em> et sûr.</p>".repeat(
  5,
);
const { lines, oneProduct } = workerData as { lines: number; oneProduct: boolean };

/** Four rows a product, the second of every hundredth without a price. */
function lineOf(n: number): string {
  const [product, size] = oneProduct ? [0, n] : [Math.floor(n / 4), n % 4];
  const price = product % 100 === 0 && size === 1 ? "" : "12.50";
  const stock = `SKU-${product}-${size},100,5,${price}`;
  return size === 0
    ? `p-${product},Vélo ${product},"${BODY}",Maker,"a, b",true,Size,S,${stock},https://e.com/a.jpg`
    : `p-${product},,,,,,,${size},${stock},`;
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  let piece = `${HEADER}\n`;
  for (let n = 0; n < lines - 1; n++) {
    piece += `${lineOf(n)}\n`;
    if (piece.length < 65_536) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  yield Buffer.from(piece);
}

const counts: Record<string, number> = { products: 0, variants: 0 };
const more = (what: string, n: number) => (counts[what] = (counts[what] ?? 0) + n);
for await (const item of readShopify(bytes(), { currency: "EUR" })) {
  if (isError(item)) more(item.code, 1);
  else {
    more("products", 1);
    more("variants", item.variants.length);
  }
}
parentPort?.postMessage(counts, []);
