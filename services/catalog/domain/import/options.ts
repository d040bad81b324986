/** Options and SKUs of a product, which only its rows together can tell. */
import { type Column, nameOf } from "./columns.ts";
import { type IssueCode, issueAt } from "./issues.ts";
import {
  type ImportedProduct,
  type ImportedVariant,
  type ImportIssue,
  LIMITS,
} from "./imported.ts";
import type { ProductDraft } from "./product.ts";
import { nameSku, type UsedSkus } from "./sku.ts";
import { cleanText, OPTION_VALUES, reporter, type VariantDraft } from "./variant.ts";

const OPTION_NAMES = ["option1Name", "option2Name", "option3Name"] as const;

/** How Shopify writes a product that has no options. */
export const NO_OPTION = { name: "Title", value: "Default Title" } as const;

interface OptionColumn {
  /** 0 to 2: which of the file's option columns. */
  index: number;
  name: string;
}

/**
 * The variants that can be taken, each with a value for every option, a combination and a SKU of
 * its own. SKUs are claimed in `skus` only for those; faults are added to `faults`.
 */
export function settleVariants(
  draft: ProductDraft,
  skus: UsedSkus,
  issues: ImportIssue[],
): Pick<ImportedProduct, "options" | "variants"> {
  const columns = optionsOf(draft, issues);
  const firstLine = new Map<string, number>();
  const variants: ImportedVariant[] = [];
  for (const given of draft.variants) {
    const report = reporter(issues, given.line);
    const { givenSku, givenValues, ...rest } = given;
    const missing = columns.find(({ index }) => valueAt(given, index) === "");
    const optionValues = columns.map(({ index }) => valueAt(given, index));
    const combination = JSON.stringify(optionValues);
    const first = firstLine.get(combination);
    if (missing) {
      const column = OPTION_VALUES[missing.index] ?? "";
      report("OPTION_VALUE_MISSING", column, { value: givenSku, option: missing.name });
    } else if (first !== undefined) {
      const value = givenValues.filter((each) => each !== "").join(" / ");
      report("VARIANT_REPEATED", "option1Value", { value, first });
    } else {
      firstLine.set(combination, given.line);
      const { sku, why } = nameSku(skus, givenSku, draft.handle, optionValues);
      if (why) report(why, "sku", { value: givenSku, sku, limit: LIMITS.sku });
      variants.push({ ...rest, sku, optionValues });
    }
  }
  const options = columns.map(({ name }, index) => ({
    name,
    values: [...new Set(variants.map(({ optionValues }) => optionValues[index] ?? ""))],
  }));
  // Where only one variant could be taken, what is left may be a product without options.
  const [only] = options;
  const plainly = only?.name === NO_OPTION.name && only.values.join() === NO_OPTION.value;
  if (!plainly || options.length > 1) return { options, variants };
  return { options: [], variants: variants.map((each) => ({ ...each, optionValues: [] })) };
}

/** The option columns that are used, each with a name. */
function optionsOf({ once, variants, handle, line }: ProductDraft, issues: ImportIssue[]) {
  const columns: OptionColumn[] = [];
  const report = (code: IssueCode, column: Column, data: Record<string, string | number>) =>
    issues.push(issueAt(line, nameOf(column), code, { handle, ...data }));
  for (const [index, column] of OPTION_NAMES.entries()) {
    const value = once.get(column) ?? "";
    const used = variants.some((variant) => valueAt(variant, index) !== "");
    const tooLong = value.length > LIMITS.optionName;
    if (tooLong) report("TEXT_TOO_LONG", column, { value, limit: LIMITS.optionName });
    const given = tooLong ? "" : cleanText(value, column, reporter(issues, line));
    if (!used && given !== "" && variants.length > 0) report("OPTION_UNUSED", column, { value });
    if (!used) continue;
    const name = given === "" ? `Option ${index + 1}` : given;
    if (given === "") report("OPTION_UNNAMED", column, { name });
    columns.push({ index, name });
  }
  return isNoOption(columns, variants) ? [] : columns;
}

function isNoOption(columns: OptionColumn[], variants: VariantDraft[]): boolean {
  const [column] = columns;
  const [variant] = variants;
  if (!column || !variant || columns.length > 1 || variants.length > 1) return false;
  return column.name === NO_OPTION.name && valueAt(variant, column.index) === NO_OPTION.value;
}

const valueAt = ({ givenValues }: VariantDraft, index: number): string => givenValues[index] ?? "";
