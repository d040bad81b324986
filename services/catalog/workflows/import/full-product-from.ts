/** Merges a file's product with the catalogue's. */
import type { Language } from "../../../../lib/failure.ts";
import type { Option } from "../../contract/shapes.ts";
import { USUAL_TAX_CLASS } from "../../domain/draft.ts";
import type { ImportedProduct, ImportedVariant } from "../../domain/import/imported.ts";
import {
  type LocalizedText,
  slugOf,
  type FullProduct,
  type FullVariant,
} from "../../domain/full-product.ts";
import type { FullRow } from "../../store/export.store.ts";
import { isNoNews, type LiveStock } from "./stock.ts";

/**
 * Returns the product to put; `print` fingerprints the file's version. A file has one language and
 * one quantity: where its value equals the present one, the other language, the stock per store,
 * tax class and categories stay.
 */
export function fullProductFrom(
  input: ImportedProduct,
  known: FullRow | undefined,
  { language, live, print }: { language: Language; live: LiveStock; print: string },
): FullProduct {
  const stays = (text: string, had: LocalizedText | undefined): LocalizedText =>
    had?.[language] === text ? had : { fr: text, en: text };
  const shipped = input.variants.some(({ requiresShipping }) => requiresShipping);
  const usual = input.giftCard || !shipped ? "digital" : "goods";
  const sameShelf = known !== undefined && (known.file_type ?? undefined) === input.type;
  return {
    handle: input.handle,
    type: known?.type ?? usual,
    published: input.published,
    title: stays(input.title, known && { fr: known.title_fr, en: known.title_en }),
    description: stays(
      input.descriptionHtml,
      known && { fr: known.description_fr, en: known.description_en },
    ),
    vendor: input.vendor,
    fileType: input.type,
    tags: input.tags,
    taxClass: known?.tax_class ?? USUAL_TAX_CLASS,
    categories: sameShelf ? undefined : shelvesOf(input),
    options: optionsOf(input, known?.options ?? [], language),
    variants: input.variants.map((variant) => variantOf(variant, input, known, live)),
    images: input.images.map(({ url, alt }) => ({ url, ...(alt !== undefined && { alt }) })),
    seoTitle: input.seoTitle,
    seoDescription: input.seoDescription,
    giftCard: input.giftCard,
    fingerprint: print,
  };
}

/** The file's product type is the category in which shoppers find it. */
export function shelvesOf({ type = "" }: Pick<ImportedProduct, "type">): string[] {
  const slug = slugOf(type);
  return slug === "" ? [] : [slug];
}

const optionsOf = (
  { options }: ImportedProduct,
  had: readonly Option[],
  language: Language,
): Option[] =>
  options.map(({ name, values }) => {
    const known = had.find((option) => option.name[language] === name);
    return {
      name: known?.name ?? { fr: name, en: name },
      values: values.map(
        (value) => known?.values.find((one) => one[language] === value) ?? { fr: value, en: value },
      ),
    };
  });

function variantOf(
  input: ImportedVariant,
  { options }: ImportedProduct,
  known: FullRow | undefined,
  live: LiveStock,
): FullVariant {
  const had = known?.variants.find(({ sku }) => sku === input.sku);
  const sameStock = had !== undefined && isNoNews(input.quantity, had, live);
  return {
    sku: input.sku,
    optionValues: options.map(({ values }, n) => values.indexOf(input.optionValues[n] ?? "")),
    priceMinor: input.priceMinor,
    compareAtMinor: input.compareAtMinor,
    weightGrams: input.grams,
    ean: input.barcode,
    imageUrl: input.imageUrl,
    stocked: input.trackInventory ?? had?.stocked ?? input.quantity !== undefined,
    stock: sameStock ? had.said_stock : stockOf(input),
    policy: input.policy,
    requiresShipping: input.requiresShipping,
    taxable: input.taxable,
  };
}

const stockOf = ({ quantity }: ImportedVariant) => (quantity === undefined ? [] : [{ quantity }]);
