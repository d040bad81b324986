import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { type GetProduct, ProductNotFound } from "../catalog.contract.ts";
import { toProduct } from "../workflows/toProduct.ts";
import { languageOf } from "../workflows/page-query.ts";
import { productByHandle, productById } from "../store/details.store.ts";
import type { CatalogService } from "../catalog.types.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const get: ActionHandler<typeof GetProduct, CatalogService> = async (ctx, { db }) => {
  const { productId } = ctx.params;
  const find = UUID.test(productId) ? productById : productByHandle;
  const row = await find(db.sql, productId);
  // Unpublished products are not found here; editors receive them from the editing actions.
  if (row?.status !== "active") throw ProductNotFound({ productId });
  return toProduct(row, languageOf(ctx.meta.language, config.language));
};
