import type { Params } from "../../../lib/contract.ts";
import type { PutProduct } from "../contract/services.ts";
import { fingerprintOf } from "./import/fingerprint.ts";
import { sanitiseHtml } from "./import/text.ts";
import type { WholeProduct } from "./whole.ts";

/** What `catalog.putProduct` was told, whole. Of services and downloads no stock is kept. */
export function saidWhole(said: Params<typeof PutProduct>): WholeProduct {
  const goods = said.type === "goods";
  return {
    handle: said.handle,
    type: said.type,
    published: true,
    title: said.title,
    description: {
      fr: sanitiseHtml(said.description.fr).html,
      en: sanitiseHtml(said.description.en).html,
    },
    vendor: said.vendor,
    tags: said.tags,
    taxClass: said.taxClass,
    categories: said.categories,
    options: said.options,
    variants: said.variants.map(({ stock, ...variant }) => ({
      ...variant,
      stocked: goods,
      stock: Object.entries(stock).map(([storeCode, quantity]) => ({ storeCode, quantity })),
      policy: "deny",
      requiresShipping: goods,
      taxable: true,
    })),
    images: said.images ?? [],
    giftCard: false,
    fingerprint: fingerprintOf(said),
  };
}
