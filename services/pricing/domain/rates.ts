/** Tax rates over time. */
import { millisecondsOf } from "./moment.ts";
import { TaxRateInvalid } from "../contract/failures.ts";
import type { TaxRate } from "../contract/price.shape.ts";

const keyOf = ({ country, taxClass }: Pick<TaxRate, "country" | "taxClass">) =>
  `${country} ${taxClass}`;

/** Returns the rates that apply at a moment or later, oldest first. */
export function fromNowOn(rates: readonly TaxRate[], at: string): TaxRate[] {
  const now = millisecondsOf(at);
  const begun = (rate: TaxRate) => millisecondsOf(rate.validFrom) <= now;
  return [...Map.groupBy(rates, keyOf).values()].flatMap((all) => [
    ...all.filter(begun).slice(-1),
    ...all.filter((rate) => !begun(rate)),
  ]);
}

type Wanted = Omit<TaxRate, "validFrom"> & { readonly validFrom?: string };

/**
 * Returns the rates to write: without `validFrom` a rate applies from `at` on, and one that applies
 * already is left out.
 * @throws TaxRateInvalid (422) for duplicates
 */
export function ratesToPut(
  wanted: readonly Wanted[],
  held: readonly TaxRate[],
  at: string,
): TaxRate[] {
  const seen = new Set<string>();
  return wanted.flatMap((rate, position) => {
    const { validFrom = at } = rate;
    const key = `${keyOf(rate)} ${validFrom}`;
    if (seen.has(key)) throw TaxRateInvalid({ index: position + 1 });
    seen.add(key);
    const begun = held.filter(
      (one) => keyOf(one) === keyOf(rate) && millisecondsOf(one.validFrom) <= millisecondsOf(at),
    );
    const same = begun.at(-1)?.basisPoints === rate.basisPoints;
    return rate.validFrom === undefined && same ? [] : [{ ...rate, validFrom }];
  });
}
