import { v7 } from "uuid";
import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import type { CreateProduct } from "../catalog.contract.ts";
import {
  CategoryNotFound,
  HandleTaken,
  OptionsMismatch,
  ProductNotFound,
  SkuTaken,
} from "../catalog.contract.ts";
import { draftWhole } from "../domain/draft.ts";
import { firstMismatch } from "../domain/options.ts";
import { slugOf } from "../domain/full-product.ts";
import { shownToEditor } from "../workflows/toProduct.ts";
import { languageOf } from "../workflows/page-query.ts";
import { lockProduct } from "../store/details.store.ts";
import { freeHandle, lockByHandles } from "../store/products.store.ts";
import { upsertProducts } from "../store/upsert-products.ts";
import type { CatalogService } from "../catalog.types.ts";

export const create: ActionHandler<typeof CreateProduct, CatalogService> = async (ctx, service) => {
  const { db } = service;
  const { tx } = ctx.locals;
  const sql = db.in(tx);
  const { title } = ctx.params;
  const wished = slugOf(title[config.language]) || slugOf(title.en) || "product";
  const handle = ctx.params.handle ?? (await freeHandle(sql, wished));
  if ((await lockByHandles(sql, [handle])).length > 0) throw HandleTaken({ handle });

  const input = draftWhole(handle, ctx.params);
  const wrong = firstMismatch(input.options, input.variants);
  if (wrong !== undefined) throw OptionsMismatch({ sku: wrong });
  const publication = { currency: config.currency, importId: v7() };
  const [put] = await upsertProducts(service, tx, [input], publication);
  if (put?.takenSku !== undefined) throw SkuTaken({ sku: put.takenSku });
  if (put?.unknownCategory !== undefined) throw CategoryNotFound({ category: put.unknownCategory });
  const row = await lockProduct(sql, put?.productId ?? "");
  if (!row) throw ProductNotFound({ productId: handle });
  return shownToEditor(row, languageOf(ctx.meta.language, config.language));
};
