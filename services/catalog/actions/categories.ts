import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import type { ListCategories } from "../catalog.contract.ts";
import { CursorInvalid, keyOf, pageOf } from "../../../lib/page.ts";
import { toCategory } from "../workflows/toCategory.ts";
import { languageOf } from "../workflows/page-query.ts";
import { type CategoryInTree, categoryTree } from "../store/categories.store.ts";
import type { CatalogService } from "../catalog.types.ts";

export const categories: ActionHandler<typeof ListCategories, CatalogService> = async (
  ctx,
  { db },
) => {
  const language = languageOf(ctx.meta.language, config.language);
  const rows = await categoryTree(db.sql, language);
  const { items, next } = pageOf(
    rowsAfter(rows, keyOf(ctx.params.after, "uuid")?.[0]),
    rows.length,
    {
      key: ({ id }) => [id],
      item: (row) => ({
        ...toCategory(row, language),
        depth: row.depth,
        products: row.products,
      }),
    },
  );
  return { categories: items, ...(next !== undefined && { next }) };
};

/** The order is that of a tree, not of a column: the cursor names the last one that was shown. */
function rowsAfter(rows: CategoryInTree[], last: string | undefined): CategoryInTree[] {
  if (last === undefined) return rows;
  const at = rows.findIndex(({ id }) => id === last);
  if (at < 0) throw CursorInvalid({});
  return rows.slice(at + 1);
}
