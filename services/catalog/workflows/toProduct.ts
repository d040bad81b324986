/** Products as people see them, in their language. */
import { jsonBytes } from "../../../lib/bus-limits.ts";
import type { Language } from "../../../lib/failure.ts";
import { toDecimal } from "../../../lib/money.ts";
import { ProductTooLarge } from "../contract/failures.ts";
import {
  MAX_PRODUCT_BYTES,
  type Option,
  type Product,
  type ProductSummary,
  type Variant,
  type VariantSnapshot,
} from "../contract/shapes.ts";
import type { ListedRow } from "../store/listing.store.ts";
import type { ProductRow, SnapshotRow, VariantRow } from "../store/details.store.ts";
import { type LocalizedText, summaryOf } from "../domain/full-product.ts";

export const toListItem = (row: ListedRow): ProductSummary => ({
  id: row.id,
  handle: row.handle,
  name: row.name,
  description: row.description,
  ...priceOf(row),
  ...(row.compare_at_minor !== null && { compareAtPriceMinor: row.compare_at_minor }),
  stock: row.stock_state,
  ...(row.vendor !== null && { vendor: row.vendor }),
  type: row.type,
  tags: row.tags,
  categories: row.categories,
  ...(row.image !== null && { image: row.image }),
  variantId: row.first_variant_id,
});

const priceOf = ({ price_minor, currency }: { price_minor: number; currency: string }) => ({
  price: toDecimal(price_minor, currency),
  priceMinor: price_minor,
  currency,
});

export function toProduct(row: ProductRow, language: Language): Product {
  const [image] = row.images;
  const name = { fr: row.title_fr, en: row.title_en }[language];
  const description = { fr: row.description_fr, en: row.description_en }[language];
  const options = row.options.map((option) => ({
    name: option.name[language],
    values: option.values.map((value) => value[language]),
  }));
  return {
    ...toListItem({
      ...row,
      name,
      description,
      image: image?.url ?? null,
      sort_key: 0,
    }),
    description,
    status: row.status,
    taxClass: row.tax_class,
    options,
    variants: row.variants.map((variant) => toVariant(variant, name, options)),
    images: row.images,
    seo: {
      title: row.seo_title ?? name,
      description: row.seo_description ?? summaryOf(description),
    },
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/**
 * Builds an editor's answer.
 * @throws ProductTooLarge (422) when it exceeds a message in some language
 */
export function shownToEditor(row: ProductRow, language: Language): Product {
  const sizes = (["fr", "en"] as const).map((each) => jsonBytes(toProduct(row, each)));
  if (Math.max(...sizes) > MAX_PRODUCT_BYTES)
    throw ProductTooLarge({ maxBytes: MAX_PRODUCT_BYTES });
  return toProduct(row, language);
}

function toVariant(
  row: VariantRow,
  name: string,
  options: readonly { name: string; values: readonly string[] }[],
): Variant {
  const chosen = options.map((option, n) => ({
    name: option.name,
    value: option.values[row.option_values[n] ?? -1] ?? "",
  }));
  const named = chosen.filter(({ value }) => value !== "");
  return {
    id: row.id,
    sku: row.sku,
    title: named.map(({ value }) => value).join(" / ") || name,
    options: named,
    ...priceOf(row),
    ...(row.compare_at_minor !== null && { compareAtMinor: row.compare_at_minor }),
    stock: row.stock_state,
    weightGrams: row.weight_grams,
    ...(row.ean !== null && { ean: row.ean }),
    ...(row.image_url !== null && { image: row.image_url }),
  };
}

const SNAPSHOT_TITLE = 520;
export const snapshotOf = (row: SnapshotRow): VariantSnapshot => ({
  variantId: row.id,
  productId: row.product_id,
  sku: row.sku,
  title: {
    fr: fullTitle({ fr: row.title_fr, en: row.title_en }, row, "fr"),
    en: fullTitle({ fr: row.title_fr, en: row.title_en }, row, "en"),
  },
  type: row.type,
  taxClass: row.tax_class,
  sellable: row.sellable,
});

function fullTitle(
  title: LocalizedText,
  { options, option_values }: { options: readonly Option[]; option_values: readonly number[] },
  language: Language,
): string {
  const values = options.flatMap(
    (option, n) => option.values[option_values[n] ?? -1]?.[language] ?? [],
  );
  const full = values.length > 0 ? `${title[language]} – ${values.join(" / ")}` : title[language];
  return full.slice(0, SNAPSHOT_TITLE).replace(/[\ud800-\udbff]$/, "");
}
