/** The prices of a variant over time: which one holds in each tier, and until when. */
import { millisecondsOf } from "./moment.ts";
import { type Price, type PriceChange, priceFor } from "./price.ts";

/** The only price list there is so far. */
export const RETAIL = "retail";

export interface Tariff extends Price {
  readonly variantId: string;
  readonly compareAtMinor?: number;
}
/** What identifies the price that one sees: of a variant, in a currency, from a quantity on. */
export interface Tier {
  readonly variantId: string;
  readonly currency: string;
  readonly minQuantity: number;
}
export interface Standing extends Tier {
  /** Not there: no price holds. */
  readonly tariff?: Tariff;
  /** When another price will hold if nobody changes anything. */
  readonly changesAt?: string;
}

export const tierKey = ({ variantId, currency, minQuantity }: Tier): string =>
  `${variantId} ${currency} ${minQuantity}`;

/** What holds at a moment in each tier that `tariffs` speak of, by `tierKey`. */
export function standingAt(tariffs: readonly Tariff[], at: string): Map<string, Standing> {
  const tiers = Map.groupBy(tariffs, tierKey);
  return new Map([...tiers].map(([key, all]) => [key, standing(all, at)]));
}

function standing(all: readonly Tariff[], at: string): Standing {
  const [{ variantId, currency, minQuantity } = { variantId: "", currency: "", minQuantity: 1 }] =
    all;
  const wanted = { quantity: minQuantity, at, currency, lists: [RETAIL] };
  // Prices are whole objects: the one found is one of those given.
  const tariff = priceFor(all, wanted) as Tariff | undefined;
  const now = millisecondsOf(at);
  const turns = all
    .flatMap(({ validFrom, validTo }) => [validFrom, validTo])
    .filter((turn) => turn !== undefined)
    .filter((turn) => millisecondsOf(turn) > now)
    .sort((a, b) => millisecondsOf(a) - millisecondsOf(b));
  const [changesAt] = turns;
  return {
    variantId,
    currency,
    minQuantity,
    ...(tariff && { tariff }),
    ...(changesAt !== undefined && { changesAt }),
  };
}

/**
 * When the reduction that holds now began: the first of the steps down that led here without a
 * step up between. Nothing if the latest change was no step down. `changes` in their order; an
 * infinite price stands for none.
 */
export function reducedSince(changes: readonly PriceChange[]): string | undefined {
  let since: string | undefined;
  for (let index = changes.length - 1; index > 0; index -= 1) {
    const [before, after] = [changes[index - 1], changes[index]];
    if (!before || !after || !Number.isFinite(before.priceMinor)) break;
    if (after.priceMinor >= before.priceMinor) break;
    since = after.at;
  }
  return since;
}
