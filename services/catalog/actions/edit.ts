import type { ActionHandler } from "../../../lib/bus.ts";
import type { Params } from "../../../lib/contract.ts";
import { isUniqueViolation } from "../../../lib/sql.ts";
import { CategoryNotFound, type EditProduct, HandleTaken } from "../catalog.contract.ts";
import { sanitised } from "../domain/draft.ts";
import { idsOfSlugs, upsertProductCategories } from "../store/categories.store.ts";
import { changed, toBeChanged } from "../store/changing.ts";
import type { ProductRow } from "../store/details.store.ts";
import { type Description, updateDescription } from "../store/edits.store.ts";
import type { CatalogService } from "../catalog.types.ts";
import type { Tx } from "../../../lib/sql.ts";

type Change = Params<typeof EditProduct>;

export const edit: ActionHandler<typeof EditProduct, CatalogService> = async (ctx, service) => {
  const { productId, handle = "" } = ctx.params;
  try {
    return await service.db.transaction(async (tx) => {
      const row = await toBeChanged(service, tx, ctx.params);
      await updateDescription(service.db.in(tx), productId, withChange(row, ctx.params));
      await changeCategories(service, tx, ctx.params);
      return changed(service, tx, productId, ctx.meta.language);
    });
  } catch (error) {
    throw isUniqueViolation(error) ? HandleTaken({ handle }) : error;
  }
};

/** Applies a change: absent fields stay, null removes. */
function withChange(row: ProductRow, change: Change): Description {
  const published = change.published ?? row.status === "active";
  return {
    handle: change.handle ?? row.handle,
    title: change.title ?? { fr: row.title_fr, en: row.title_en },
    description: change.description
      ? sanitised(change.description)
      : { fr: row.description_fr, en: row.description_en },
    vendor: change.vendor === undefined ? row.vendor : change.vendor,
    tags: change.tags ?? row.tags,
    taxClass: change.taxClass ?? row.tax_class,
    images: change.images ?? row.images,
    seoTitle: change.seo ? (change.seo.title ?? null) : row.seo_title,
    seoDescription: change.seo ? (change.seo.description ?? null) : row.seo_description,
    status: published ? "active" : "draft",
  };
}

async function changeCategories(
  { db }: CatalogService,
  tx: Tx,
  { productId, categories }: Change,
): Promise<void> {
  if (!categories) return;
  const ids = await idsOfSlugs(db.in(tx), categories);
  const unknown = categories.find((slug) => !ids.has(slug));
  if (unknown !== undefined) throw CategoryNotFound({ category: unknown });
  const categoryIds = categories.flatMap((slug) => ids.get(slug) ?? []);
  await upsertProductCategories(db.in(tx), [{ productId, categoryIds }]);
}
