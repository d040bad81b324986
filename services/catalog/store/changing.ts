/** The common frame of all changes that an editor makes to a product. */
import { config } from "../../../config.ts";
import type { Language } from "../../../lib/failure.ts";
import {
  type Product,
  ProductChanged,
  ProductIsArchived,
  ProductNotFound,
  ProductUpdated,
} from "../catalog.contract.ts";
import { shownToEditor } from "../workflows/toProduct.ts";
import type { Infer } from "../../../lib/shape.ts";
import { lockProduct, type ProductRow } from "./details.store.ts";
import { refresh, reindex } from "./projection.store.ts";
import { staleLists } from "./invalidation.ts";
import type { CatalogService } from "../catalog.types.ts";
import type { Tx } from "../../../lib/sql.ts";

/**
 * The product, locked, as it was at `version` if one is named.
 * @throws ProductNotFound (404), ProductChanged, ProductIsArchived (409)
 */
export async function toBeChanged(
  { db }: CatalogService,
  tx: Tx,
  { productId, version }: { productId: string; version?: number },
): Promise<ProductRow> {
  const row = await lockProduct(db.in(tx), productId);
  if (!row) throw ProductNotFound({ productId });
  if (row.status === "archived") throw ProductIsArchived({ productId });
  if (version !== undefined && row.version !== version)
    throw ProductChanged({ version: row.version });
  return row;
}

/** Updates index and projection, publishes the event, and returns the product. */
export async function changed(
  service: CatalogService,
  tx: Tx,
  productId: string,
  language: Language = config.language,
): Promise<Infer<typeof Product>> {
  const sql = service.db.in(tx);
  await reindex(sql, [productId]);
  await refresh(sql, [productId]);
  service.db.publish(tx, ProductUpdated, { productId }, productId);
  staleLists(service, tx, [productId]);
  const row = await lockProduct(sql, productId);
  if (!row) throw ProductNotFound({ productId });
  return shownToEditor(row, language);
}
