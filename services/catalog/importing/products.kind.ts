import { v7 } from "uuid";
import { config } from "../../../config.ts";
import type { ImportKind } from "../../../lib/import-kind.ts";
import type { ImportJob, Taken } from "../../../lib/imports.ts";
import { CategoryChanged } from "../catalog.contract.ts";
import { detectEncoding } from "../domain/import/encoding.ts";
import { faultAt } from "../domain/import/faults.ts";
import { fingerprint } from "../domain/import/fingerprint.ts";
import { type ImportedProduct, isFault } from "../domain/import/imported.ts";
import { readShopify } from "../domain/import/shopify.ts";
import { insertCategory } from "../store/categories.store.ts";
import { fingerprintsOf, wholeByHandles, type WholeRow } from "../store/export.store.ts";
import { type Put, putProducts } from "../store/put-products.ts";
import type { CatalogService, Tx } from "../store/tables.ts";
import { exportedOf } from "./exported.ts";
import { shelvesOf, takenFrom } from "./taken.ts";

const { currency, language } = config;

/** Files in Shopify's CSV format, whose prices are in the currency of the house. */
export const productsKind = (service: CatalogService): ImportKind<ImportedProduct> => ({
  kind: "shopify",
  async *read(bytes) {
    const encoding = await detectEncoding(bytes());
    yield* readShopify(bytes(), { currency, encoding });
  },
  isFault,
  lineOf: ({ line }) => line,
  weightOf: ({ variants, images }) => variants.length + Math.ceil(images.length / 10),
  prepare: () => Promise.resolve(undefined),
  take: (tx, items, _, job) => takeProducts(service, tx, items, job),
  failed: ({ line, handle }) => faultAt(line, "Handle", "PRODUCT_FAILED", { value: handle }),
});

async function takeProducts(
  service: CatalogService,
  tx: Tx,
  items: readonly ImportedProduct[],
  job: ImportJob,
): Promise<Taken> {
  const sql = service.db.in(tx);
  const handles = items.map(({ handle }) => handle);
  const put = await fingerprintsOf(sql, handles);
  const changed = items.filter((item) => put.get(item.handle) !== fingerprint(item));
  const rows = await wholeByHandles(
    sql,
    changed.flatMap(({ handle }) => (put.has(handle) ? [handle] : [])),
  );
  const known = new Map(rows.map((row) => [row.handle, row]));
  const news = changed.filter((item) => !saysWhatIs(item, known.get(item.handle)));
  await openShelves(service, tx, news);
  const wholes = news.map((item) => takenFrom(item, known.get(item.handle), language));
  const puts = await putProducts(service, tx, wholes, { currency, importId: job.id });
  const of = (outcome: Put["outcome"]) => puts.filter((one) => one.outcome === outcome);
  return {
    created: of("created").length,
    updated: of("updated").length,
    unchanged: items.length - news.length + of("unchanged").length,
    faults: of("refused").map(({ handle, takenSku }) => {
      const line = news.find((item) => item.handle === handle)?.line ?? 1;
      return takenSku === undefined
        ? faultAt(line, "Handle", "PRODUCT_FAILED", { value: handle })
        : faultAt(line, "Variant SKU", "SKU_ELSEWHERE", { value: takenSku, handle });
    }),
  };
}

/** What an export would write now: then there is nothing to do, whatever was put before. */
const saysWhatIs = (item: ImportedProduct, row: WholeRow | undefined): boolean =>
  row !== undefined &&
  row.status !== "archived" &&
  fingerprint(exportedOf(row, language)) === fingerprint(item);

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
  const shelf = { id, slug, title: { fr: name, en: name }, parentId: null };
  if (await insertCategory(db.in(tx), shelf))
    db.publish(tx, CategoryChanged, { categoryId: id }, id);
}
