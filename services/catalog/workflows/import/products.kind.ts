import { v7 } from "uuid";
import { config } from "../../../../config.ts";
import type { ImportKind } from "../../../../lib/import-kind.ts";
import type { ImportIssue, ImportJob, AppliedBatch } from "../../../../lib/imports.ts";
import { CategoryChanged } from "../../catalog.contract.ts";
import { detectEncoding } from "../../domain/import/encoding.ts";
import { issueAt } from "../../domain/import/issues.ts";
import { fingerprint } from "../../domain/import/fingerprint.ts";
import { type ImportedProduct, isError } from "../../domain/import/imported.ts";
import { readShopify } from "../../domain/import/shopify.ts";
import {
  fingerprintsOf,
  variantsByHandles,
  wholeByHandles,
  type FullRow,
} from "../../store/export.store.ts";
import { Categories } from "../../store/tables.ts";
import { type UpsertResult, upsertProducts } from "../../store/upsert-products.ts";
import type { CatalogService } from "../../catalog.types.ts";
import type { Tx } from "../../../../lib/sql.ts";
import { exportedOf } from "./exported.ts";
import { unchangedQuantities } from "./unchanged-quantities.ts";
import { isNoNews, type LiveStock, liveStock, quantityOf } from "./stock.ts";
import { shelvesOf, fullProductFrom } from "./full-product-from.ts";
import { withKnown } from "./with-known.ts";

const { currency, language } = config;

/** Data that `prepare` read before the transaction. */
interface Ready {
  readonly live: LiveStock;
  /** Numbers of the file that will change no stock although there are other numbers. */
  readonly unchanged: readonly ImportIssue[];
}
interface Batch {
  readonly items: readonly ImportedProduct[];
  readonly ready: Ready;
  readonly job: ImportJob;
}

/** Files in Shopify's CSV format, whose prices are in the currency of the system. */
export const productsKind = (service: CatalogService): ImportKind<ImportedProduct, Ready> => ({
  kind: "shopify",
  async *read(bytes) {
    const encoding = await detectEncoding(bytes());
    yield* readShopify(bytes(), { currency, encoding });
  },
  isError,
  lineOf: ({ line }) => line,
  weightOf: ({ variants, images }) => variants.length + Math.ceil(images.length / 10),
  prepare: (items) => askForStock(service, items),
  apply: (tx, items, ready, job) => applyProducts(service, tx, { items, ready, job }),
  failed: ({ line, handle }) => issueAt(line, "Handle", "PRODUCT_FAILED", { value: handle }),
});

/** New products ask nothing of inventory; of known ones the import waits until it answers. */
async function askForStock(
  service: CatalogService,
  items: readonly ImportedProduct[],
): Promise<Ready> {
  const handles = items.map(({ handle }) => handle);
  const known = await variantsByHandles(service.db.sql, handles);
  const live = await liveStock(service, known);
  return { live, unchanged: unchangedQuantities(items, known, live) };
}

async function applyProducts(
  service: CatalogService,
  tx: Tx,
  { items, ready: { live, unchanged: retained }, job }: Batch,
): Promise<AppliedBatch> {
  const sql = service.db.in(tx);
  const handles = items.map(({ handle }) => handle);
  const put = await fingerprintsOf(sql, handles);
  const changed = items.filter((item) => put.get(item.handle) !== fingerprint(item));
  const rows = await wholeByHandles(
    sql,
    changed.flatMap(({ handle }) => (put.has(handle) ? [handle] : [])),
  );
  const known = new Map(rows.map((row) => [row.handle, row]));
  const input = changed.map((item) => ({
    item: withKnown(item, known.get(item.handle), { language, live }),
    print: fingerprint(item),
  }));
  const news = input.filter(({ item }) => !saysWhatIs(item, known.get(item.handle), live));
  await openShelves(
    service,
    tx,
    news.map(({ item }) => item),
  );
  const wholes = news.map(({ item, print }) =>
    fullProductFrom(item, known.get(item.handle), { language, live, print }),
  );
  const puts = await upsertProducts(service, tx, wholes, { currency, importId: job.id });
  const of = (outcome: UpsertResult["outcome"]) => puts.filter((one) => one.outcome === outcome);
  return {
    created: of("created").length,
    updated: of("updated").length,
    unchanged: items.length - news.length + of("unchanged").length,
    issues: [...retained, ...of("refused").map((put) => refusalOf(put, items))],
  };
}

function refusalOf(
  { handle, takenSku }: UpsertResult,
  items: readonly ImportedProduct[],
): ImportIssue {
  const line = items.find((item) => item.handle === handle)?.line ?? 1;
  return takenSku === undefined
    ? issueAt(line, "Handle", "PRODUCT_FAILED", { value: handle })
    : issueAt(line, "Variant SKU", "SKU_ELSEWHERE", { value: takenSku, handle });
}

/** Returns true if the item equals what an export would write now: then nothing is to be done. */
function saysWhatIs(item: ImportedProduct, row: FullRow | undefined, live: LiveStock): boolean {
  if (row === undefined || row.status === "archived") return false;
  const bySku = new Map(row.variants.map((variant) => [variant.sku, variant]));
  const variants = item.variants.map((variant) => {
    const had = bySku.get(variant.sku);
    if (!had || !isNoNews(variant.quantity, had, live)) return variant;
    const { trackInventory = had.stocked } = variant;
    return { ...variant, trackInventory, quantity: quantityOf(had, live) };
  });
  return fingerprint(exportedOf(row, language, live)) === fingerprint({ ...item, variants });
}

/** Categories for the kinds that the file names; always in one order, so that imports never cross. */
async function openShelves(
  service: CatalogService,
  tx: Tx,
  items: readonly ImportedProduct[],
): Promise<void> {
  const named = new Map(items.flatMap((item) => shelvesOf(item).map((slug) => [slug, item.type])));
  for (const [slug, type = slug] of [...named].sort(([a], [b]) => (a < b ? -1 : 1)))
    await openShelf(service, tx, slug, type);
}

async function openShelf({ db }: CatalogService, tx: Tx, slug: string, name: string) {
  const id = v7();
  if (await Categories.insert(db.in(tx), { id, slug, titleFr: name, titleEn: name }))
    db.publish(tx, CategoryChanged, { categoryId: id }, id);
}
