import type { ActionHandler } from "../../../lib/bus.ts";
import { toCurrentPrices, tariffsOf } from "../domain/set-price.ts";
import { effectiveAt } from "../domain/tariff.ts";
import type { SetPrices } from "../pricing.contract.ts";
import { changePrices } from "../store/change-prices.ts";
import { tariffsFrom } from "../store/prices.store.ts";
import type { PricingService } from "../pricing.types.ts";

export const setPrices: ActionHandler<typeof SetPrices, PricingService> = async (ctx, { db }) => {
  const tariffs = tariffsOf(ctx.params.prices);
  await db.transaction((tx) => changePrices(db, tx, tariffs));
  const variantIds = [...new Set(tariffs.map(({ variantId }) => variantId))];
  const at = new Date().toISOString();
  return {
    prices: toCurrentPrices(effectiveAt(await tariffsFrom(db.sql, variantIds, at), at).values()),
  };
};
