/** Products as editors write them. */
import type { Params } from "../../../lib/contract.ts";
import type { CreateProduct, VariantDraft } from "../contract/editing.ts";
import { sanitiseHtml } from "./import/text.ts";
import type { Bilingual, WholeProduct, WholeVariant } from "./whole.ts";

/** What is taxed like most things, where nothing else is said. */
export const USUAL_TAX_CLASS = "standard";

export const sanitised = ({ fr, en }: Bilingual): Bilingual => ({
  fr: sanitiseHtml(fr).html,
  en: sanitiseHtml(en).html,
});

export function draftWhole(handle: string, said: Params<typeof CreateProduct>): WholeProduct {
  const type = said.type ?? "goods";
  return {
    handle,
    type,
    published: said.published ?? true,
    title: said.title,
    description: sanitised(said.description ?? { fr: "", en: "" }),
    vendor: said.vendor ?? undefined,
    tags: said.tags ?? [],
    taxClass: said.taxClass ?? USUAL_TAX_CLASS,
    categories: said.categories ?? [],
    options: said.options ?? [],
    variants: said.variants.map((variant) => draftVariant(variant, type === "goods")),
    images: said.images ?? [],
    seoTitle: said.seo?.title,
    seoDescription: said.seo?.description,
    giftCard: false,
    fingerprint: null,
  };
}

export const draftVariant = (said: VariantDraft, goods: boolean): WholeVariant => ({
  sku: said.sku,
  optionValues: said.optionValues ?? [],
  priceMinor: said.priceMinor,
  compareAtMinor: said.compareAtMinor,
  weightGrams: said.weightGrams ?? 0,
  ean: said.ean,
  stocked: goods,
  stock: goods ? (said.stock ?? []) : [],
  policy: "deny",
  requiresShipping: goods,
  taxable: true,
});
