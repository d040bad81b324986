import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { isPassing } from "../../../lib/sql.ts";
import { type ExportProducts, StockUnknown } from "../catalog.contract.ts";
import { writeShopify } from "../domain/import/export.ts";
import type { ImportedProduct } from "../domain/import/imported.ts";
import { exportedOf } from "../workflows/import/exported.ts";
import { liveStock } from "../workflows/import/stock.ts";
import { productPages, type FullRow } from "../store/export.store.ts";
import type { CatalogService } from "../catalog.types.ts";

export const exportProducts: ActionHandler<typeof ExportProducts, CatalogService> = async (
  ctx,
  service,
) => {
  const pages = exportedPages(service);
  // The first page before the first byte: until then, trouble can still be answered as such.
  const first = await pages.next();
  async function* products(): AsyncGenerator<ImportedProduct> {
    if (!first.done) yield* first.value;
    for await (const page of pages) yield* page;
  }
  ctx.meta.$responseType = "text/csv; charset=utf-8";
  ctx.meta.$responseHeaders = { "content-disposition": 'attachment; filename="products.csv"' };
  return writeShopify(products(), { currency: config.currency });
};

/** Reads a page when the reader needs it; an error ends the stream. */
async function* exportedPages(service: CatalogService): AsyncGenerator<ImportedProduct[]> {
  for await (const rows of productPages(service.db.sql)) {
    const live = await stockOf(service, rows);
    yield rows.map((row) => exportedOf(row, config.language, live));
  }
}

/** Calls through the broker, as this call's time limit ends before a slow reader has everything. */
async function stockOf(service: CatalogService, rows: readonly FullRow[]) {
  try {
    return await liveStock(
      service,
      rows.flatMap(({ variants }) => variants),
    );
  } catch (error) {
    throw isPassing(error) ? StockUnknown({}) : error;
  }
}
