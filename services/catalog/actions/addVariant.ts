import { v7 } from "uuid";
import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import type { AddVariant } from "../catalog.contract.ts";
import { OptionsMismatch, SkuTaken, TooManyVariants } from "../catalog.contract.ts";
import { draftVariant } from "../domain/draft.ts";
import { firstMismatch, withValues } from "../domain/options.ts";
import { changed, toBeChanged } from "../store/changing.ts";
import { growOptions } from "../store/edits.store.ts";
import { ownersOf, upsertVariantRows } from "../store/products.store.ts";
import type { CatalogService } from "../catalog.types.ts";
import { publishVariants } from "../store/publishing.ts";

const MAX_VARIANTS = 100;

export const addVariant: ActionHandler<typeof AddVariant, CatalogService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { productId, values, ...draft } = ctx.params;
  const { tx } = ctx.locals;
  const sql = db.in(tx);
  const row = await toBeChanged(service, tx, { productId });
  if (row.variants.length >= MAX_VARIANTS) throw TooManyVariants({ max: MAX_VARIANTS });
  const { options, optionValues } = values
    ? withValues(row.options, values)
    : { options: row.options, optionValues: draft.optionValues ?? [] };
  const all = row.variants.map((one) => ({ sku: one.sku, optionValues: one.option_values }));
  const wrong = firstMismatch(options, [...all, { sku: draft.sku, optionValues }]);
  if (wrong !== undefined) throw OptionsMismatch({ sku: wrong });
  if ((await ownersOf(sql, [draft.sku])).length > 0) throw SkuTaken({ sku: draft.sku });

  const input = { ...draftVariant(draft, row.type === "goods"), optionValues };
  const variant = { id: v7(), productId, position: row.variants.length, input };
  await growOptions(sql, productId, options);
  await upsertVariantRows(sql, config.currency, [variant]);
  const publication = { currency: config.currency, importId: v7() };
  const taxClass = row.tax_class;
  const full = { taxClass, taxClassBefore: taxClass, before: [], variants: [variant] };
  publishVariants(db, tx, publication, full);
  return changed(service, tx, productId, ctx.meta.language);
};
