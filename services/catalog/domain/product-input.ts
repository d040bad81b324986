import type { Params } from "../../../lib/contract.ts";
import type { PutProduct } from "../contract/services.ts";
import { fingerprintOf } from "./import/fingerprint.ts";
import { sanitiseHtml } from "./import/text.ts";
import type { FullProduct } from "./full-product.ts";

/** Converts the input of `catalog.putProduct`. Services and downloads have no stock. */
export function fullProductOf(input: Params<typeof PutProduct>): FullProduct {
  const goods = input.type === "goods";
  return {
    handle: input.handle,
    type: input.type,
    published: true,
    title: input.title,
    description: {
      fr: sanitiseHtml(input.description.fr).html,
      en: sanitiseHtml(input.description.en).html,
    },
    vendor: input.vendor,
    tags: input.tags,
    taxClass: input.taxClass,
    categories: input.categories,
    options: input.options,
    variants: input.variants.map(({ stock, ...variant }) => ({
      ...variant,
      stocked: goods,
      stock: Object.entries(stock).map(([storeCode, quantity]) => ({ storeCode, quantity })),
      policy: "deny",
      requiresShipping: goods,
      taxable: true,
    })),
    images: input.images ?? [],
    giftCard: false,
    fingerprint: fingerprintOf(input),
  };
}
