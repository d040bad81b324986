import { v7 } from "uuid";
import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { CategoryNotFound, type PutProduct, SkuTaken } from "../catalog.contract.ts";
import { saidWhole } from "../domain/said.ts";
import { putProducts } from "../store/put-products.ts";
import { retryOnConflict } from "../../../lib/conflict.ts";
import type { CatalogService } from "../store/tables.ts";

export const putProduct: ActionHandler<typeof PutProduct, CatalogService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const said = saidWhole(ctx.params);
  const telling = { currency: config.currency, importId: v7() };
  const [put] = await retryOnConflict(() =>
    db.transaction((tx) => putProducts(service, tx, [said], telling)),
  );
  if (put?.takenSku !== undefined) throw SkuTaken({ sku: put.takenSku });
  if (put?.productId === undefined || put.outcome === "refused")
    throw CategoryNotFound({ category: put?.unknownCategory ?? "" });
  return { productId: put.productId, outcome: put.outcome };
};
