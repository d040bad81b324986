import { v7 } from "uuid";
import type { ActionHandler } from "../../../lib/bus.ts";
import type { Params } from "../../../lib/contract.ts";
import {
  CategoryChanged,
  CategoryLoop,
  CategoryNotFound,
  type PutCategories,
} from "../catalog.contract.ts";
import {
  insertCategory,
  isWithin,
  lockCategoryBySlug,
  lockMoves,
  updateCategory,
} from "../store/categories.store.ts";
import { staleCategories } from "../store/invalidation.ts";
import type { CatalogService } from "../catalog.types.ts";
import type { Tx } from "../store/tables.ts";

type CategoryInput = Params<typeof PutCategories>["categories"][number];

export const putCategories: ActionHandler<typeof PutCategories, CatalogService> = (ctx, service) =>
  service.db.transaction(async (tx) => {
    await lockMoves(service.db.in(tx));
    const categories = [];
    for (const input of ctx.params.categories) categories.push(await putOne(service, tx, input));
    return { categories };
  });

async function putOne(service: CatalogService, tx: Tx, { slug, title, parent }: CategoryInput) {
  const { db } = service;
  const sql = db.in(tx);
  const above = parent === undefined ? undefined : await lockCategoryBySlug(sql, parent);
  if (parent !== undefined && !above) throw CategoryNotFound({ category: parent });
  const known = await lockCategoryBySlug(sql, slug);
  if (known && above && (await isWithin(sql, above.id, known.id))) throw CategoryLoop({ slug });
  const parentId = above?.id ?? null;
  const id = known?.id ?? v7();
  const same =
    known?.title_fr === title.fr && known.title_en === title.en && known.parent_id === parentId;
  if (same) return { slug, categoryId: id, outcome: "unchanged" as const };
  const put = known ? updateCategory : insertCategory;
  await put(sql, { id, slug, title, parentId });
  db.publish(tx, CategoryChanged, { categoryId: id }, id);
  staleCategories(service, tx, slug);
  const outcome = known ? ("updated" as const) : ("created" as const);
  return { slug, categoryId: id, outcome };
}
