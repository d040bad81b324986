/** Products as editors write them. */
import type { Params } from "../../../lib/contract.ts";
import type { CreateProduct, VariantDraft } from "../contract/editing.ts";
import { sanitiseHtml } from "./import/text.ts";
import type { LocalizedText, FullProduct, FullVariant } from "./full-product.ts";

/** The tax class of products that name none. */
export const USUAL_TAX_CLASS = "standard";

export const sanitised = ({ fr, en }: LocalizedText): LocalizedText => ({
  fr: sanitiseHtml(fr).html,
  en: sanitiseHtml(en).html,
});

export function draftWhole(handle: string, input: Params<typeof CreateProduct>): FullProduct {
  const type = input.type ?? "goods";
  return {
    handle,
    type,
    published: input.published ?? true,
    title: input.title,
    description: sanitised(input.description ?? { fr: "", en: "" }),
    vendor: input.vendor ?? undefined,
    tags: input.tags ?? [],
    taxClass: input.taxClass ?? USUAL_TAX_CLASS,
    categories: input.categories ?? [],
    options: input.options ?? [],
    variants: input.variants.map((variant) => draftVariant(variant, type === "goods")),
    images: input.images ?? [],
    seoTitle: input.seo?.title,
    seoDescription: input.seo?.description,
    giftCard: false,
    fingerprint: null,
  };
}

export const draftVariant = (input: VariantDraft, goods: boolean): FullVariant => ({
  sku: input.sku,
  optionValues: input.optionValues ?? [],
  priceMinor: input.priceMinor,
  compareAtMinor: input.compareAtMinor,
  weightGrams: input.weightGrams ?? 0,
  ean: input.ean,
  stocked: goods,
  stock: goods ? (input.stock ?? []) : [],
  policy: "deny",
  requiresShipping: goods,
  taxable: true,
});
