import { v7 } from "uuid";
import type { ActionHandler } from "../../../lib/bus.ts";
import { isUniqueViolation } from "../../../lib/sql.ts";
import {
  type EditVariant,
  SkuTaken,
  VariantUpdated,
  VariantNotFound,
} from "../catalog.contract.ts";
import { changed, toBeChanged } from "../store/changing.ts";
import { updateVariant } from "../store/edits.store.ts";
import type { CatalogService } from "../catalog.types.ts";

export const editVariant: ActionHandler<typeof EditVariant, CatalogService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { productId, variantId, weightGrams, ean, image } = ctx.params;
  try {
    return await db.transaction(async (tx) => {
      const row = await toBeChanged(service, tx, ctx.params);
      const had = row.variants.find(({ id }) => id === variantId);
      if (!had) throw VariantNotFound({ variantId });
      const sku = ctx.params.sku ?? had.sku;
      await updateVariant(db.in(tx), {
        id: variantId,
        productId,
        sku,
        weightGrams: weightGrams ?? had.weight_grams,
        ean: ean === undefined ? had.ean : ean,
        image: image === undefined ? had.image_url : image,
      });
      // Other services need its SKU too; price and stock are unchanged.
      const { stocked, currency } = had;
      const input = { variantId, productId, sku, taxClass: row.tax_class, stocked, currency };
      if (sku !== had.sku)
        db.publish(tx, VariantUpdated, { ...input, stock: [], importId: v7() }, variantId);
      return changed(service, tx, productId, ctx.meta.language);
    });
  } catch (error) {
    throw isUniqueViolation(error) ? SkuTaken({ sku: ctx.params.sku ?? "" }) : error;
  }
};
