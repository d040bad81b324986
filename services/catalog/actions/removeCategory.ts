import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import {
  CategoryChanged,
  CategoryInUse,
  CategoryNotFound,
  type RemoveCategory,
} from "../catalog.contract.ts";
import { toCategory } from "../workflows/toCategory.ts";
import { languageOf } from "../workflows/page-query.ts";
import { hasChildren, lockCategory } from "../store/categories.store.ts";
import { Categories } from "../store/tables.ts";
import { staleCategories } from "../store/invalidation.ts";
import type { CatalogService } from "../catalog.types.ts";

export const removeCategory: ActionHandler<typeof RemoveCategory, CatalogService> = (
  ctx,
  service,
) => {
  const { db } = service;
  const { categoryId } = ctx.params;
  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    const row = await lockCategory(sql, categoryId);
    if (!row) throw CategoryNotFound({ category: categoryId });
    if (await hasChildren(sql, categoryId)) throw CategoryInUse({ slug: row.slug });
    await Categories.remove(sql, categoryId);
    db.publish(tx, CategoryChanged, { categoryId }, categoryId);
    staleCategories(service, tx, row.slug);
    return toCategory(row, languageOf(ctx.meta.language, config.language));
  });
};
