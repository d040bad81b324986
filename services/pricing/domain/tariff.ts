/** The prices of a variant over time: which one holds in each tier, and until when. */
import { millisecondsOf } from "./moment.ts";
import { type Price, type PriceChange, priceFor } from "./price.ts";

/** The only price list there is so far. */
export const RETAIL = "retail";

export interface Tariff extends Price {
  readonly variantId: string;
  readonly compareAtMinor?: number;
}
/** The identity of a price: variant, currency, minimum quantity. */
export interface Tier {
  readonly variantId: string;
  readonly currency: string;
  readonly minQuantity: number;
}
export interface EffectivePrice extends Tier {
  /** Absent when no price applies. */
  readonly tariff?: Tariff;
  /** The moment at which another price begins by itself. */
  readonly changesAt?: string;
}

export const tierKey = ({ variantId, currency, minQuantity }: Tier): string =>
  `${variantId} ${currency} ${minQuantity}`;

/** Returns the effective price at a moment of each tier in `tariffs`, by `tierKey`. */
export function effectiveAt(tariffs: readonly Tariff[], at: string): Map<string, EffectivePrice> {
  const tiers = Map.groupBy(tariffs, tierKey);
  return new Map([...tiers].map(([key, all]) => [key, effectivePrice(all, at)]));
}

function effectivePrice(all: readonly Tariff[], at: string): EffectivePrice {
  const [{ variantId, currency, minQuantity } = { variantId: "", currency: "", minQuantity: 1 }] =
    all;
  const wanted = { quantity: minQuantity, at, currency, lists: [RETAIL] };
  // Prices are whole objects: the one found is one of those given.
  const tariff = priceFor(all, wanted) as Tariff | undefined;
  const now = millisecondsOf(at);
  const changes = all
    .flatMap(({ validFrom, validTo }) => [validFrom, validTo])
    .filter((change) => change !== undefined)
    .filter((change) => millisecondsOf(change) > now)
    .sort((a, b) => millisecondsOf(a) - millisecondsOf(b));
  const [changesAt] = changes;
  return {
    variantId,
    currency,
    minQuantity,
    ...(tariff && { tariff }),
    ...(changesAt !== undefined && { changesAt }),
  };
}

interface AnnouncedChange extends PriceChange {
  /** The price struck through beside it: with one, the price is announced as a reduced one. */
  readonly compareAtMinor?: number;
}

/**
 * When the reduction that is announced now began: the first of its steps, as long as none of them
 * was a step up. Nothing if no reduction is announced. `changes` in their order.
 */
export function reducedSince(changes: readonly AnnouncedChange[]): string | undefined {
  let since: AnnouncedChange | undefined;
  for (const change of changes.toReversed()) {
    if (change.compareAtMinor === undefined) break;
    if (since && since.priceMinor > change.priceMinor) break;
    since = change;
  }
  return since?.at;
}
