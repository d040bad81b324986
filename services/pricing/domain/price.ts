/** Selects the effective price, and the reference price beside a reduction. */
import { millisecondsOf } from "./moment.ts";

export interface Price {
  readonly priceMinor: number;
  readonly currency: string;
  /** The price list's code: "retail", "members", "wholesale". */
  readonly list: string;
  /** The smallest quantity at which it applies; 1 for everybody. */
  readonly minQuantity: number;
  /** Holds from this moment on; not there: since ever. */
  readonly validFrom?: string;
  /** Holds until just before this moment; not there: for good. */
  readonly validTo?: string;
}

export interface PriceWanted {
  readonly quantity: number;
  readonly at: string;
  readonly currency: string;
  /** The lists that the buyer may use, the most special first. */
  readonly lists: readonly string[];
}

/**
 * Returns the price of one variant for `quantity` pieces at a moment, or undefined. The first list
 * that has a price decides, even if a later one is cheaper. In a list, each tier (`minQuantity`)
 * has one price: a temporary one (with `validTo`) before the permanent one, then the one that began
 * last, then the lower. Of the tiers that `quantity` reaches, the cheapest is taken: buying more
 * never makes a piece dearer.
 */
export function priceFor(prices: readonly Price[], wanted: PriceWanted): Price | undefined {
  const now = millisecondsOf(wanted.at);
  const valid = prices.filter(
    (price) =>
      price.currency === wanted.currency &&
      price.minQuantity <= wanted.quantity &&
      startOf(price) <= now &&
      now < endOf(price),
  );
  const list = wanted.lists.find((code) => valid.some((price) => price.list === code));
  const tiers = Map.groupBy(
    valid.filter((price) => price.list === list),
    (price) => price.minQuantity,
  );
  const holding = [...tiers.values()].flatMap((tier) => tier.toSorted(byRank).slice(0, 1));
  return holding.sort((a, b) => a.priceMinor - b.priceMinor || b.minQuantity - a.minQuantity)[0];
}

function byRank(a: Price, b: Price): number {
  const permanence = Number(a.validTo === undefined) - Number(b.validTo === undefined);
  if (permanence !== 0) return permanence;
  if (startOf(a) !== startOf(b)) return startOf(b) - startOf(a);
  return a.priceMinor - b.priceMinor;
}

const startOf = ({ validFrom }: Price): number =>
  validFrom === undefined ? -Infinity : millisecondsOf(validFrom);
const endOf = ({ validTo }: Price): number =>
  validTo === undefined ? Infinity : millisecondsOf(validTo);

/** The variant cost `priceMinor` from `at` until the next change. */
export interface PriceChange {
  readonly at: string;
  readonly priceMinor: number;
}

const PRIOR_PRICE_DAYS = 30;

/**
 * The lowest price that was applied in the 30 days before a reduction that begins at `at`: the
 * prior price that must be shown beside it by article 6a of Directive 98/6/EC, which Directive
 * (EU) 2019/2161 put there (Omnibus; in France: Code de la consommation, art. L112-1-1). The price
 * that was already in force when the 30 days began counts; the reduced one, from `at` on, does
 * not. For a reduction that grows step by step, `at` is the moment of the first step (art. 6a, 5).
 * The changes are those of one variant in one currency and list, in any order; of several at one
 * moment the last in the list is the one that applied. Nothing if it was not on sale before.
 */
export function lowestPriorPrice(history: readonly PriceChange[], at: string): number | undefined {
  const end = millisecondsOf(at);
  const start = end - PRIOR_PRICE_DAYS * 86_400_000;
  const changes = history
    .map((change) => ({ from: millisecondsOf(change.at), priceMinor: change.priceMinor }))
    .sort((a, b) => a.from - b.from);
  const applied = changes.filter(({ from }, index) => {
    const until = Math.min(changes[index + 1]?.from ?? Infinity, end);
    return until > Math.max(from, start);
  });
  return applied.reduce<number | undefined>(
    (lowest, { priceMinor }) => Math.min(lowest ?? priceMinor, priceMinor),
    undefined,
  );
}
