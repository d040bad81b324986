/** Keeps the catalogue's values for which a file has no columns. */
import type { Language } from "../../../../lib/failure.ts";
import type { AbsentField } from "../../domain/import/columns.ts";
import type { ImportedProduct, ImportedVariant } from "../../domain/import/imported.ts";
import type { FullRow } from "../../store/export.store.ts";
import { exportedOf } from "./exported.ts";
import type { LiveStock } from "./stock.ts";

type Declared = Omit<ImportedProduct, "absent">;
type Fields<T> = readonly (readonly [AbsentField, keyof T])[];

/** Stock is not among them: whether a file speaks of it, its variants say themselves (`stock.ts`). */
const OF_PRODUCT: Fields<Declared> = [
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
  { absent = [], ...input }: ImportedProduct,
  row: FullRow | undefined,
  { language, live }: { language: Language; live: LiveStock },
): ImportedProduct {
  // An archived product becomes what the file says.
  if (!row || row.status === "archived" || absent.length === 0) return input;
  const had = exportedOf(row, language, live);
  const product: Declared = {
    ...fillAbsent(input, had, OF_PRODUCT, absent),
    images: imagesOf(input, had, absent),
  };
  const both = input.variants.map((variant) => ({
    variant,
    before: had.variants.find((one) => isThe(one, variant, absent)),
  }));
  const variants = both.map(({ variant, before }) =>
    before ? fillAbsent(variant, before, OF_VARIANT, absent) : variant,
  );
  const optionless = had.options.length > 0 && absent.includes("option1Value");
  if (!optionless || both.some(({ before }) => !before)) return { ...product, variants };
  // The file cannot tell variants apart: it covers those whose SKU it names, and the others stay
  // too.
  const named = variants.map((variant, n) => {
    const { optionValues = [] } = both[n]?.before ?? {};
    return { ...variant, optionValues };
  });
  const others = had.variants.filter(({ sku }) => !named.some((one) => one.sku === sku));
  return { ...product, options: had.options, variants: [...named, ...others] };
}

/** Returns true if both are one variant: by SKU, or by options where the file has no SKUs. */
const isThe = (
  had: ImportedVariant,
  input: ImportedVariant,
  absent: readonly AbsentField[],
): boolean =>
  absent.includes("sku")
    ? JSON.stringify(had.optionValues) === JSON.stringify(input.optionValues)
    : had.sku === input.sku;

function imagesOf(
  input: Declared,
  had: Declared,
  absent: readonly AbsentField[],
): Declared["images"] {
  if (absent.includes("imageSrc")) return had.images;
  if (!absent.includes("imageAlt")) return input.images;
  return input.images.map((image) => {
    const alt = had.images.find(({ url }) => url === image.url)?.alt;
    return alt === undefined ? image : { ...image, alt };
  });
}

/** Returns `said` with the absent fields taken from `had`. */
function fillAbsent<T extends object>(
  input: T,
  had: T,
  fields: Fields<T>,
  absent: readonly AbsentField[],
): T {
  const stay = fields.filter(([name]) => absent.includes(name));
  const entries = stay.map(([, field]) => [field, had[field]]);
  return { ...input, ...(Object.fromEntries(entries) as Partial<T>) };
}
