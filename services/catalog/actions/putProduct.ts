import { v7 } from "uuid";
import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { CategoryNotFound, type PutProduct, SkuTaken } from "../catalog.contract.ts";
import { fullProductOf } from "../domain/product-input.ts";
import { upsertProducts } from "../store/upsert-products.ts";
import { retryOnConflict } from "../../../lib/conflict.ts";
import type { CatalogService } from "../catalog.types.ts";

export const putProduct: ActionHandler<typeof PutProduct, CatalogService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const input = fullProductOf(ctx.params);
  const publication = { currency: config.currency, importId: v7() };
  const [put] = await retryOnConflict(() =>
    db.transaction((tx) => upsertProducts(service, tx, [input], publication)),
  );
  if (put?.takenSku !== undefined) throw SkuTaken({ sku: put.takenSku });
  if (put?.productId === undefined || put.outcome === "refused")
    throw CategoryNotFound({ category: put?.unknownCategory ?? "" });
  return { productId: put.productId, outcome: put.outcome };
};
