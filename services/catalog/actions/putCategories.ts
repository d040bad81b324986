import { v7 } from "uuid";
import type { ActionHandler } from "../../../lib/bus.ts";
import type { Params } from "../../../lib/contract.ts";
import {
  CategoryChanged,
  CategoryLoop,
  CategoryNotFound,
  type PutCategories,
} from "../catalog.contract.ts";
import { isWithin, lockCategoryBySlug, lockMoves } from "../store/categories.store.ts";
import { Categories } from "../store/tables.ts";
import { staleCategories } from "../store/invalidation.ts";
import type { CatalogService } from "../catalog.types.ts";
import type { Tx } from "../../../lib/sql.ts";

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
  const id = known?.id ?? v7();
  const same =
    known?.titleFr === title.fr && known.titleEn === title.en && known.parentId === above?.id;
  if (same) return { slug, categoryId: id, outcome: "unchanged" as const };
  const titles = { titleFr: title.fr, titleEn: title.en };
  if (known) await Categories.change(sql, id, { ...titles, parentId: above?.id ?? null });
  else await Categories.insert(sql, { id, slug, ...titles, ...(above && { parentId: above.id }) });
  db.publish(tx, CategoryChanged, { categoryId: id }, id);
  staleCategories(service, tx, slug);
  const outcome = known ? ("updated" as const) : ("created" as const);
  return { slug, categoryId: id, outcome };
}
