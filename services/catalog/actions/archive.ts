import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { type ArchiveProduct, ProductArchived, ProductNotFound } from "../catalog.contract.ts";
import { toProduct } from "../workflows/toProduct.ts";
import { languageOf } from "../workflows/page-query.ts";
import { lockProduct } from "../store/details.store.ts";
import { archiveProduct } from "../store/edits.store.ts";
import { staleLists } from "../store/invalidation.ts";
import type { CatalogService } from "../catalog.types.ts";

export const archive: ActionHandler<typeof ArchiveProduct, CatalogService> = (ctx, service) => {
  const { db } = service;
  const { productId } = ctx.params;
  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    const before = await lockProduct(sql, productId);
    if (before && before.status !== "archived") {
      const variantIds = await archiveProduct(sql, productId);
      db.publish(tx, ProductArchived, { productId, variantIds }, productId);
      staleLists(service, tx, [productId]);
    }
    const row = await lockProduct(sql, productId);
    if (!row) throw ProductNotFound({ productId });
    return toProduct(row, languageOf(ctx.meta.language, config.language));
  });
};
