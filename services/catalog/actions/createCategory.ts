import { v7 } from "uuid";
import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import type { CreateCategory } from "../catalog.contract.ts";
import { CategoryChanged, CategoryNotFound, SlugTaken } from "../catalog.contract.ts";
import { toCategory } from "../workflows/toCategory.ts";
import { languageOf } from "../workflows/page-query.ts";
import { lockCategoryBySlug } from "../store/categories.store.ts";
import { Categories } from "../store/tables.ts";
import { staleCategories } from "../store/invalidation.ts";
import type { CatalogService } from "../catalog.types.ts";

export const createCategory: ActionHandler<typeof CreateCategory, CatalogService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { slug, title, parent } = ctx.params;
  const { tx } = ctx.locals;
  const sql = db.in(tx);
  const above = typeof parent === "string" ? await lockCategoryBySlug(sql, parent) : undefined;
  if (typeof parent === "string" && !above) throw CategoryNotFound({ category: parent });
  const id = v7();
  const titles = { titleFr: title.fr, titleEn: title.en };
  const made = await Categories.insert(sql, {
    id,
    slug,
    ...titles,
    ...(above && { parentId: above.id }),
  });
  if (!made) throw SlugTaken({ slug });
  db.publish(tx, CategoryChanged, { categoryId: id }, id);
  staleCategories(service, tx, slug);
  return toCategory(
    { ...made, parent: above?.slug ?? null },
    languageOf(ctx.meta.language, config.language),
  );
};
