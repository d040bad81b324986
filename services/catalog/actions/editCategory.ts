import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import type { Sql } from "../../../lib/sql.ts";
import { isUniqueViolation } from "../../../lib/sql.ts";
import {
  CategoryChanged,
  CategoryChangedMeanwhile,
  CategoryLoop,
  CategoryNotFound,
  type EditCategory,
  SlugTaken,
} from "../catalog.contract.ts";
import { toCategory } from "../workflows/toCategory.ts";
import { languageOf } from "../workflows/page-query.ts";
import {
  type CategoryRow,
  isWithin,
  lockCategory,
  lockCategoryBySlug,
  lockMoves,
} from "../store/categories.store.ts";
import { Categories } from "../store/tables.ts";
import { staleCategories } from "../store/invalidation.ts";
import type { CatalogService } from "../catalog.types.ts";

export const editCategory: ActionHandler<typeof EditCategory, CatalogService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { categoryId, version, title, parent } = ctx.params;
  try {
    return await db.transaction(async (tx) => {
      const sql = db.in(tx);
      if (parent !== undefined) await lockMoves(sql);
      const known = await lockCategory(sql, categoryId);
      if (!known) throw CategoryNotFound({ category: categoryId });
      if (known.version !== version) throw CategoryChangedMeanwhile({ version: known.version });
      await Categories.change(sql, categoryId, {
        slug: ctx.params.slug,
        titleFr: title?.fr,
        titleEn: title?.en,
        parentId: parent === undefined ? undefined : await parentOf(sql, known, parent),
      });
      db.publish(tx, CategoryChanged, { categoryId }, categoryId);
      staleCategories(service, tx, known.slug);
      const row = (await lockCategory(sql, categoryId)) ?? known;
      return toCategory(row, languageOf(ctx.meta.language, config.language));
    });
  } catch (error) {
    throw isUniqueViolation(error) ? SlugTaken({ slug: ctx.params.slug ?? "" }) : error;
  }
};

/** @throws CategoryNotFound (404), CategoryLoop (422) */
async function parentOf(sql: Sql, known: CategoryRow, slug: string | null): Promise<string | null> {
  if (slug === null) return null;
  const above = await lockCategoryBySlug(sql, slug);
  if (!above) throw CategoryNotFound({ category: slug });
  if (await isWithin(sql, above.id, known.id)) throw CategoryLoop({ slug: known.slug });
  return above.id;
}
