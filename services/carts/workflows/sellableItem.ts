import type { Context } from "moleculer";
import { call } from "../../../lib/bus.ts";
import { InvalidInput } from "../../../lib/validator.ts";
import { NotSellable, SnapshotVariants } from "../../catalog/catalog.contract.ts";
import type { Item } from "../domain/cart.ts";

const EITHER = {
  field: "variantId",
  rule: "oneOf",
  en: "name either variantId or productId",
  fr: "indiquez soit variantId, soit productId",
};

interface Wanted {
  readonly variantId?: string;
  readonly productId?: string;
}

/**
 * The item that a shopper named by its variant or its product (then its first variant).
 * @throws InvalidInput (400) if both or none are named, NotSellable (422)
 */
export async function sellableItem(
  ctx: Pick<Context, "call">,
  { variantId, productId }: Wanted,
): Promise<Item> {
  if ((variantId === undefined) === (productId === undefined))
    throw InvalidInput({ errors: [EITHER], field: EITHER.field, reason: EITHER.en });

  const { variants } = await call(ctx, SnapshotVariants, {
    ...(variantId !== undefined && { variantIds: [variantId] }),
    ...(productId !== undefined && { productIds: [productId] }),
  });
  const [found] = variants;
  if (!found?.sellable)
    throw NotSellable({
      ...(variantId !== undefined && { variantId }),
      ...(productId !== undefined && { productId }),
    });
  const { sku, title } = found;
  return {
    variantId: found.variantId,
    productId: found.productId,
    sku,
    titleFr: title.fr,
    titleEn: title.en,
  };
}
