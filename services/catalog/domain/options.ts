/** Computes the variants of a product: one for each combination of its options' values. */
import type { LocalizedText } from "./full-product.ts";
import type { Option } from "../contract/shapes.ts";

interface Chosen {
  readonly sku: string;
  readonly optionValues: readonly number[];
}

/** The SKU of the first variant that has not one value of each option, or repeats another one. */
export function firstMismatch(
  options: readonly Option[],
  variants: readonly Chosen[],
): string | undefined {
  const combinations = new Set<string>();
  const skus = new Set<string>();
  for (const { sku, optionValues } of variants) {
    const fits =
      optionValues.length === options.length &&
      options.every(({ values }, n) => (optionValues[n] ?? -1) in values);
    const combination = optionValues.join(",");
    if (!fits || combinations.has(combination) || skus.has(sku)) return sku;
    combinations.add(combination);
    skus.add(sku);
  }
  return undefined;
}

/** The indexes of these values, and the options with those added that they had not yet. */
export function withValues(
  options: readonly Option[],
  values: readonly LocalizedText[],
): { options: Option[]; optionValues: number[] } {
  const optionValues: number[] = [];
  const grown = options.map((option, n) => {
    const value = values[n];
    if (!value) return option;
    const at = option.values.findIndex(({ fr, en }) => fr === value.fr && en === value.en);
    optionValues.push(at === -1 ? option.values.length : at);
    return at === -1 ? { ...option, values: [...option.values, { ...value }] } : option;
  });
  return { options: grown, optionValues };
}
