/** A product as a file in Shopify's format says it: in one language, of one quantity a variant. */
import type { Language } from "../../../../lib/failure.ts";
import type { ImportedProduct, ImportedVariant } from "../../domain/import/imported.ts";
import type { FullRow, FullVariantRow } from "../../store/export.store.ts";
import { type LiveStock, quantityOf } from "./stock.ts";

export function exportedOf(row: FullRow, language: Language, live: LiveStock): ImportedProduct {
  const options = row.options.map(({ name, values }) => ({
    name: name[language],
    values: values.map((value) => value[language]),
  }));
  return {
    line: 0,
    handle: row.handle,
    title: { fr: row.title_fr, en: row.title_en }[language],
    descriptionHtml: { fr: row.description_fr, en: row.description_en }[language],
    ...(row.vendor !== null && { vendor: row.vendor }),
    ...(row.file_type !== null && { type: row.file_type }),
    tags: row.tags,
    published: row.status === "active",
    options,
    variants: row.variants.map((variant) => exportedVariant(variant, options, live)),
    images: row.images.map((image, n) => ({ ...image, position: n + 1 })),
    ...(row.seo_title !== null && { seoTitle: row.seo_title }),
    ...(row.seo_description !== null && { seoDescription: row.seo_description }),
    giftCard: row.gift_card,
  };
}

function exportedVariant(
  row: FullVariantRow,
  options: readonly { values: readonly string[] }[],
  live: LiveStock,
): ImportedVariant {
  return {
    line: 0,
    sku: row.sku,
    optionValues: options.map(({ values }, n) => values[row.option_values[n] ?? -1] ?? ""),
    priceMinor: row.price_minor,
    ...(row.compare_at_minor !== null && { compareAtMinor: row.compare_at_minor }),
    grams: row.weight_grams,
    quantity: quantityOf(row, live),
    trackInventory: row.stocked,
    policy: row.policy,
    ...(row.ean !== null && { barcode: row.ean }),
    requiresShipping: row.requires_shipping,
    taxable: row.taxable,
    ...(row.image_url !== null && { imageUrl: row.image_url }),
  };
}
