/** Converts a merchant's input to prices that can be stored. */
import { exponentOf, toDecimal, toMinor } from "../../../lib/money.ts";
import { millisecondsOf } from "./moment.ts";
import { PriceInvalid } from "../contract/failures.ts";
import type { CurrentPrice, PriceToSet } from "../contract/price.shape.ts";
import { RETAIL, type EffectivePrice, type Tariff, tierKey } from "./tariff.ts";

/**
 * All of them, or the failure of the first that is wrong, counted from 1.
 * @throws PriceInvalid, UnknownCurrency, AmountInvalid, AmountTooPrecise, AmountTooLarge (422)
 */
export function tariffsOf(prices: readonly PriceToSet[]): Tariff[] {
  const seen = new Set<string>();
  return prices.map((price, position) => {
    const invalid = (reason: string) => PriceInvalid({ index: position + 1, reason });
    const { validFrom, validTo } = price;
    if ((price.price === undefined) === (price.priceMinor === undefined)) throw invalid("price");
    if (validTo !== undefined && validFrom !== undefined) {
      if (millisecondsOf(validFrom) >= millisecondsOf(validTo)) throw invalid("validTo");
    }
    const tariff = toTariff(price);
    // Each tier has at most one permanent and one temporary price per start.
    const key = [tierKey(tariff), validFrom, validTo === undefined].join(" ");
    if (seen.has(key)) throw invalid("twice");
    seen.add(key);
    return tariff;
  });
}

function toTariff({ price, priceMinor, minQuantity = 1, ...rest }: PriceToSet): Tariff {
  exponentOf(rest.currency);
  const minor = priceMinor ?? toMinor(price ?? "", rest.currency);
  return { ...rest, minQuantity, priceMinor: minor, list: RETAIL };
}

/** Lists effective prices by variant, currency and quantity. */
export const toCurrentPrices = (tiers: Iterable<EffectivePrice>): CurrentPrice[] =>
  [...tiers]
    .flatMap(({ tariff }) => tariff ?? [])
    .map(({ list: _list, priceMinor, currency, ...tariff }) => ({
      ...tariff,
      currency,
      price: toDecimal(priceMinor, currency),
      priceMinor,
    }));
