/**
 * Value added tax as EN 16931 wants it: calculated and rounded once per rate on the sum of that
 * rate's lines (BR-CO-17, BG-23), never line by line, and only then split back over the lines.
 * Where prices include the tax, the tax is what is inside the gross sum and the net is the rest;
 * net × rate may then differ from it by one minor unit, which the standard's own rule tolerates.
 */
import { allocate, sum, taxExcluded, taxIncluded } from "../../../lib/money.ts";

export interface Tax {
  readonly taxClass: string;
  readonly basisPoints: number;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
}

interface Taxable {
  readonly taxClass: string;
  readonly taxBasisPoints: number;
  /** Total after discounts; includes the tax if `pricesIncludeTax`. */
  readonly totalMinor: number;
}

type Taxed<L> = L & { readonly taxMinor: number; readonly netMinor: number };

/**
 * The lines with their part of the tax, in the same order: for every rate, Σ of the lines' taxes is
 * the rate's tax. @throws AmountTooLarge (422)
 */
export function taxed<L extends Taxable>(
  lines: readonly L[],
  pricesIncludeTax: boolean,
): Taxed<L>[] {
  const taxes = new Map<L, number>();
  for (const [rate, ofRate] of Map.groupBy(lines, (line) => line.taxBasisPoints)) {
    const totals = ofRate.map((line) => line.totalMinor);
    const { taxMinor } = (pricesIncludeTax ? taxIncluded : taxExcluded)(sum(totals), rate);
    const parts = allocate(taxMinor, totals);
    ofRate.forEach((line, index) => taxes.set(line, parts[index] ?? 0));
  }
  return lines.map((line) => {
    const taxMinor = taxes.get(line) ?? 0;
    const netMinor = pricesIncludeTax ? line.totalMinor - taxMinor : line.totalMinor;
    return { ...line, taxMinor, netMinor };
  });
}

/**
 * The sums of each tax class, highest rate first, then by name. Classes that share a rate share its
 * rounding: their taxes add up to the rate's tax.
 */
export function taxesOf(lines: readonly Taxed<Taxable>[]): Tax[] {
  const classes = [...Map.groupBy(lines, (line) => line.taxClass)];
  return classes
    .map(([taxClass, ofClass]): Tax => {
      const netMinor = sum(ofClass.map((line) => line.netMinor));
      const taxMinor = sum(ofClass.map((line) => line.taxMinor));
      const basisPoints = ofClass[0]?.taxBasisPoints ?? 0;
      return { taxClass, basisPoints, netMinor, taxMinor, grossMinor: sum([netMinor, taxMinor]) };
    })
    .sort((a, b) => b.basisPoints - a.basisPoints || (a.taxClass < b.taxClass ? -1 : 1));
}
