import type { ActionHandler } from "../../../lib/bus.ts";
import { fromNowOn, ratesToPut } from "../domain/rates.ts";
import type { SetTaxRates } from "../pricing.contract.ts";
import { allRates, dropCachedRates, upsertRates } from "../store/rates.store.ts";
import type { PricingService } from "../pricing.types.ts";

/** Answers with all rates of the countries that were named. */
export const setTaxRates: ActionHandler<typeof SetTaxRates, PricingService> = async (
  ctx,
  { db },
) => {
  const wanted = ctx.params.taxRates;
  const at = new Date().toISOString();
  await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const rates = ratesToPut(wanted, await allRates(sql), at);
    if (rates.length > 0) await upsertRates(sql, rates);
    db.afterCommit(tx, () => dropCachedRates(db));
  });
  const countries = new Set(wanted.map(({ country }) => country));
  const now = fromNowOn(await allRates(db.sql), new Date().toISOString());
  return { taxRates: now.filter(({ country }) => countries.has(country)) };
};
