import { config } from "../../../config.ts";
import type { ActionHandler } from "../../../lib/bus.ts";
import { toDecimal } from "../../../lib/money.ts";
import { lowestPriorPrice } from "../domain/price.ts";
import { reducedSince } from "../domain/tariff.ts";
import type { ShowPriceHistory } from "../pricing.contract.ts";
import type { PricingService } from "../pricing.types.ts";
import { historyOf } from "../store/published-prices.store.ts";

/** Prices change by the week; this many changes reach back over any 30 days. */
const LOOKED_AT = 1_000;
const SHOWN = 100;

export const priceHistory: ActionHandler<typeof ShowPriceHistory, PricingService> = async (
  ctx,
  { db },
) => {
  const { variantId, currency = config.currency } = ctx.params;
  const rows = await historyOf(db.sql, { variantId, currency, limit: LOOKED_AT });
  const changes = rows.map(({ at, amount_minor, compare_at_minor }) => ({
    at: at.toISOString(),
    // While it was not on sale it had no price, so none that could be the lowest.
    priceMinor: amount_minor ?? Infinity,
    ...(compare_at_minor !== null && { compareAtMinor: compare_at_minor }),
  }));
  const reducedAt = reducedSince(changes.toReversed());
  const lowest = lowestPriorPrice(changes.toReversed(), reducedAt ?? new Date().toISOString());
  const [current] = changes;
  return {
    variantId,
    currency,
    ...(current && onSale(current)),
    ...(current?.compareAtMinor !== undefined && { compareAtMinor: current.compareAtMinor }),
    ...(reducedAt !== undefined && { reducedAt }),
    ...(lowest !== undefined &&
      Number.isFinite(lowest) && {
        lowestMinor: lowest,
        lowest: toDecimal(lowest, currency),
      }),
    changes: changes.slice(0, SHOWN).map((change) => ({ at: change.at, ...onSale(change) })),
  };
};

const onSale = ({ priceMinor }: { priceMinor: number }) =>
  Number.isFinite(priceMinor) ? { priceMinor } : {};
