import type { ActionHandler } from "../../../lib/bus.ts";
import { fromNowOn } from "../domain/rates.ts";
import type { ListTaxRates } from "../pricing.contract.ts";
import { allRates } from "../store/rates.store.ts";
import type { PricingService } from "../pricing.types.ts";

export const taxRates: ActionHandler<typeof ListTaxRates, PricingService> = async (ctx, { db }) => {
  const { country } = ctx.params;
  const rates = fromNowOn(await allRates(db.sql), new Date().toISOString());
  return { taxRates: rates.filter((rate) => country === undefined || rate.country === country) };
};
