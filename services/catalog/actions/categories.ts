import { config } from "../../../config.ts";
import type { Handles } from "../../../lib/bus.ts";
import type { ListCategories } from "../catalog.contract.ts";
import { shownCategory } from "../showing/shown-category.ts";
import { languageOf } from "../showing/wanted.ts";
import { categoryTree } from "../store/categories.store.ts";
import type { CatalogService } from "../store/tables.ts";

export const categories: Handles<typeof ListCategories, CatalogService> = async (ctx, { db }) => {
  const language = languageOf(ctx.meta.language, config.language);
  const rows = await categoryTree(db.sql, language);
  return {
    categories: rows.map((row) => ({
      ...shownCategory(row, language),
      depth: row.depth,
      products: row.products,
    })),
  };
};
