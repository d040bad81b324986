import type { ActionHandler } from "../../../lib/bus.ts";
import { toCurrentPrices } from "../domain/set-price.ts";
import { effectiveAt } from "../domain/tariff.ts";
import type { ListPrices } from "../pricing.contract.ts";
import { tariffsFrom } from "../store/prices.store.ts";
import type { PricingService } from "../pricing.types.ts";

/** Variants without a price are left out. */
export const prices: ActionHandler<typeof ListPrices, PricingService> = async (ctx, { db }) => {
  const { variantIds, currency } = ctx.params;
  const at = new Date().toISOString();
  const tariffs = await tariffsFrom(db.sql, variantIds, at);
  const wanted = tariffs.filter((tariff) => currency === undefined || tariff.currency === currency);
  return { prices: toCurrentPrices(effectiveAt(wanted, at).values()) };
};
