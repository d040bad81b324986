/** What a file has no columns for stays as the catalogue knows it. */
import type { Language } from "../../../lib/failure.ts";
import type { Unsaid } from "../domain/import/columns.ts";
import type { ImportedProduct, ImportedVariant } from "../domain/import/imported.ts";
import type { WholeRow } from "../store/export.store.ts";
import { exportedOf } from "./exported.ts";
import type { LiveStock } from "./stock.ts";

type Said = Omit<ImportedProduct, "unsaid">;
type Fields<T> = readonly (readonly [Unsaid, keyof T])[];

/** Stock is not among them: whether a file speaks of it, its variants say themselves (`stock.ts`). */
const OF_PRODUCT: Fields<Said> = [
  ["body", "descriptionHtml"],
  ["vendor", "vendor"],
  ["type", "type"],
  ["tags", "tags"],
  ["published", "published"],
  ["giftCard", "giftCard"],
  ["seoTitle", "seoTitle"],
  ["seoDescription", "seoDescription"],
];
const OF_VARIANT: Fields<ImportedVariant> = [
  ["sku", "sku"],
  ["grams", "grams"],
  ["policy", "policy"],
  ["compareAt", "compareAtMinor"],
  ["barcode", "barcode"],
  ["requiresShipping", "requiresShipping"],
  ["taxable", "taxable"],
  ["variantImage", "imageUrl"],
];

/** The product as the file would say it if it had all columns. Of a new product it says enough. */
export function withKnown(
  { unsaid = [], ...said }: ImportedProduct,
  row: WholeRow | undefined,
  { language, live }: { language: Language; live: LiveStock },
): ImportedProduct {
  // What was put away comes back as the file has it.
  if (!row || row.status === "archived" || unsaid.length === 0) return said;
  const had = exportedOf(row, language, live);
  const product: Said = {
    ...kept(said, had, OF_PRODUCT, unsaid),
    images: imagesOf(said, had, unsaid),
  };
  const both = said.variants.map((variant) => ({
    variant,
    before: had.variants.find((one) => isThe(one, variant, unsaid)),
  }));
  const variants = both.map(({ variant, before }) =>
    before ? kept(variant, before, OF_VARIANT, unsaid) : variant,
  );
  const optionless = had.options.length > 0 && unsaid.includes("option1Value");
  if (!optionless || both.some(({ before }) => !before)) return { ...product, variants };
  // It cannot tell variants apart: it speaks of those whose SKU it names, and the others stay too.
  const named = variants.map((variant, n) => {
    const { optionValues = [] } = both[n]?.before ?? {};
    return { ...variant, optionValues };
  });
  const others = had.variants.filter(({ sku }) => !named.some((one) => one.sku === sku));
  return { ...product, options: had.options, variants: [...named, ...others] };
}

/** Whether the two are one variant: by their SKU, or by their options where the file has no SKUs. */
const isThe = (had: ImportedVariant, said: ImportedVariant, unsaid: readonly Unsaid[]): boolean =>
  unsaid.includes("sku")
    ? JSON.stringify(had.optionValues) === JSON.stringify(said.optionValues)
    : had.sku === said.sku;

function imagesOf(said: Said, had: Said, unsaid: readonly Unsaid[]): Said["images"] {
  if (unsaid.includes("imageSrc")) return had.images;
  if (!unsaid.includes("imageAlt")) return said.images;
  return said.images.map((image) => {
    const alt = had.images.find(({ url }) => url === image.url)?.alt;
    return alt === undefined ? image : { ...image, alt };
  });
}

/** `said`, with the fields of `had` that are unsaid. */
function kept<T extends object>(said: T, had: T, fields: Fields<T>, unsaid: readonly Unsaid[]): T {
  const stay = fields.filter(([name]) => unsaid.includes(name));
  const entries = stay.map(([, field]) => [field, had[field]]);
  return { ...said, ...(Object.fromEntries(entries) as Partial<T>) };
}
