import { config } from "../../../config.ts";
import type { Handles } from "../../../lib/bus.ts";
import type { ExportProducts } from "../catalog.contract.ts";
import { writeShopify } from "../domain/import/export.ts";
import type { ImportedProduct } from "../domain/import/imported.ts";
import { exportedOf } from "../importing/exported.ts";
import { everyProduct } from "../store/export.store.ts";
import type { CatalogService } from "../store/tables.ts";

export const exportProducts: Handles<typeof ExportProducts, CatalogService> = (ctx, { db }) => {
  ctx.meta.$responseType = "text/csv; charset=utf-8";
  ctx.meta.$responseHeaders = { "content-disposition": 'attachment; filename="products.csv"' };
  async function* products(): AsyncGenerator<ImportedProduct> {
    for await (const row of everyProduct(db.sql)) yield exportedOf(row, config.language);
  }
  return Promise.resolve(writeShopify(products(), { currency: config.currency }));
};
