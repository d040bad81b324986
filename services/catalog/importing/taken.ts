/** What a file says of a product, together with what the catalogue knew of it. */
import type { Language } from "../../../lib/failure.ts";
import type { Option } from "../contract/shapes.ts";
import { USUAL_TAX_CLASS } from "../domain/draft.ts";
import type { ImportedProduct, ImportedVariant } from "../domain/import/imported.ts";
import { type Bilingual, slugOf, type WholeProduct, type WholeVariant } from "../domain/whole.ts";
import type { WholeRow } from "../store/export.store.ts";
import { isNoNews, type LiveStock } from "./stock.ts";

/**
 * The product to put; `print` tells the file's word from others. The file knows one language and one
 * quantity: where it says what is so already, the other language, the shares of the stores, tax class
 * and categories stay.
 */
export function takenFrom(
  said: ImportedProduct,
  known: WholeRow | undefined,
  { language, live, print }: { language: Language; live: LiveStock; print: string },
): WholeProduct {
  const stays = (text: string, had: Bilingual | undefined): Bilingual =>
    had?.[language] === text ? had : { fr: text, en: text };
  const shipped = said.variants.some(({ requiresShipping }) => requiresShipping);
  const usual = said.giftCard || !shipped ? "digital" : "goods";
  const sameShelf = known !== undefined && (known.file_type ?? undefined) === said.type;
  return {
    handle: said.handle,
    type: known?.type ?? usual,
    published: said.published,
    title: stays(said.title, known && { fr: known.title_fr, en: known.title_en }),
    description: stays(
      said.descriptionHtml,
      known && { fr: known.description_fr, en: known.description_en },
    ),
    vendor: said.vendor,
    fileType: said.type,
    tags: said.tags,
    taxClass: known?.tax_class ?? USUAL_TAX_CLASS,
    categories: sameShelf ? undefined : shelvesOf(said),
    options: optionsOf(said, known?.options ?? [], language),
    variants: said.variants.map((variant) => variantOf(variant, said, known, live)),
    images: said.images.map(({ url, alt }) => ({ url, ...(alt !== undefined && { alt }) })),
    seoTitle: said.seoTitle,
    seoDescription: said.seoDescription,
    giftCard: said.giftCard,
    fingerprint: print,
  };
}

/** What the file calls the product's kind is the category that shoppers find it in. */
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
  said: ImportedVariant,
  { options }: ImportedProduct,
  known: WholeRow | undefined,
  live: LiveStock,
): WholeVariant {
  const had = known?.variants.find(({ sku }) => sku === said.sku);
  const sameStock = had !== undefined && isNoNews(said.quantity, had, live);
  return {
    sku: said.sku,
    optionValues: options.map(({ values }, n) => values.indexOf(said.optionValues[n] ?? "")),
    priceMinor: said.priceMinor,
    compareAtMinor: said.compareAtMinor,
    weightGrams: said.grams,
    ean: said.barcode,
    imageUrl: said.imageUrl,
    stocked: said.trackInventory ?? had?.stocked ?? said.quantity !== undefined,
    stock: sameStock ? had.said_stock : stockOf(said),
    policy: said.policy,
    requiresShipping: said.requiresShipping,
    taxable: said.taxable,
  };
}

const stockOf = ({ quantity }: ImportedVariant) => (quantity === undefined ? [] : [{ quantity }]);
