import { config } from "../../../config.ts";
import type { Params } from "../../../lib/contract.ts";
import { exponentOf } from "../../../lib/money.ts";
import { type Coupon, normalCode } from "../domain/coupon.ts";
import { priceFor } from "../domain/price.ts";
import { quote as calculate, type QuoteInputLine } from "../domain/quote.ts";
import { RETAIL } from "../domain/tariff.ts";
import { checkUses } from "../domain/uses.ts";
import { CouponNotFound, PriceMissing, type Quote, type QuotePrices } from "../pricing.contract.ts";
import { couponsToQuote } from "../store/coupons.store.ts";
import { type TaxedTariff, tariffsToQuote } from "../store/prices.store.ts";
import { ratesFor } from "../store/rates.store.ts";
import type { PricingDb, PricingService } from "../pricing.types.ts";

type Wanted = Params<typeof QuotePrices>;

/**
 * Quotes these lines for this customer. Two statements, one without coupons: rates are cached in
 * memory.
 * @throws the failures that `QuotePrices` declares
 */
export async function quoteOf(
  { db }: PricingService,
  { lines, currency = config.currency, ...wanted }: Wanted,
  customerId: string | undefined,
): Promise<Quote> {
  const country = (wanted.country ?? config.country).toUpperCase();
  exponentOf(currency);
  const at = new Date().toISOString();
  const variantIds = [...new Set(lines.map(({ variantId }) => variantId))];
  const [tariffs, rates, coupons] = await Promise.all([
    tariffsToQuote(db.sql, { variantIds, currency, at }),
    ratesFor(db, country, at),
    couponsOf(db, wanted.coupons ?? [], customerId),
  ]);
  const priced = pricedLines(lines, tariffs, { currency, at });
  const input = { currency, country, at, lines: priced, rates, coupons };
  const calculated = calculate({ ...input, pricesIncludeTax: true });
  // With consumer prices both are redundant: the tax is included, and the total is the amount to
  // pay.
  const { pricesIncludeTax: _included, grossMinor: _total, ...answer } = calculated;
  return answer;
}

/** @throws CouponNotFound (404), CouponUsedUp, CouponLimitReached (409) */
async function couponsOf(
  { sql }: PricingDb,
  entered: readonly string[],
  customerId: string | undefined,
): Promise<Coupon[]> {
  const codes = [...new Set(entered.map(normalCode))];
  if (codes.length === 0) return [];
  const found = await couponsToQuote(sql, codes, customerId);
  const byCode = new Map(found.map((one) => [one.coupon.code, one]));
  return codes.map((code) => {
    const one = byCode.get(code);
    if (!one) throw CouponNotFound({ code });
    checkUses(one.coupon, one);
    return one.coupon;
  });
}

/** @throws PriceMissing (422) naming all that have none */
function pricedLines(
  lines: Wanted["lines"],
  tariffs: readonly TaxedTariff[],
  { currency, at }: { currency: string; at: string },
): QuoteInputLine[] {
  const byVariant = Map.groupBy(tariffs, ({ variantId }) => variantId);
  const missing = new Set<string>();
  const priced = lines.flatMap(({ variantId, quantity }): QuoteInputLine[] => {
    const wanted = { quantity, at, currency, lists: [RETAIL] };
    // The price found is one of those given, with all that they have.
    const price = priceFor(byVariant.get(variantId) ?? [], wanted) as TaxedTariff | undefined;
    if (!price) missing.add(variantId);
    if (!price) return [];
    const { priceMinor: unitMinor, taxClass, compareAtMinor } = price;
    const listed = compareAtMinor === undefined ? {} : { listMinor: compareAtMinor };
    return [{ variantId, quantity, unitMinor, taxClass, ...listed }];
  });
  if (missing.size > 0)
    throw PriceMissing({ variantIds: [...missing], currency, count: missing.size });
  return priced;
}
