/** How prices change: what holds, what is told and what is remembered change together. */
import { requestContext } from "../../../lib/around.ts";
import type { Tx } from "../../../lib/sql.ts";
import { type Standing, standingAt, type Tariff, tierKey } from "../domain/tariff.ts";
import { PriceChanged } from "../pricing.contract.ts";
import { lockVariants, putTariffs, tariffsFrom } from "./prices.store.ts";
import type { PricingDb } from "./tables.ts";
import { addHistory, keepTold, toldPrices } from "./told-prices.store.ts";

/**
 * Sets prices in the transaction `tx`; where a current price becomes another one, that goes into
 * its history and is told as `price.changed`. Setting what is so already does nothing.
 */
export async function changePrices(
  db: PricingDb,
  tx: Tx,
  tariffs: readonly Tariff[],
): Promise<void> {
  const variantIds = [...new Set(tariffs.map(({ variantId }) => variantId))];
  const at = await lockVariants(db.in(tx), variantIds);
  if ((await putTariffs(db.in(tx), tariffs.map(sound))) === 0) return;
  await settlePrices(db, tx, variantIds, at);
}

/** Compares what holds at `at` with what was last told. The variants' lock is held. */
export async function settlePrices(
  db: PricingDb,
  tx: Tx,
  variantIds: readonly string[],
  at: string,
): Promise<void> {
  const sql = db.in(tx);
  const told = new Map((await toldPrices(sql, variantIds)).map((one) => [tierKey(one.tier), one]));
  const holds = standingAt(await tariffsFrom(sql, variantIds, at), at);
  const priceless = [...told].map(([key, { tier }]): [string, Standing] => [key, tier]);
  const known = new Map([...priceless, ...holds]);
  const moved: Standing[] = [];
  const turned: Standing[] = [];
  for (const [key, tier] of known) {
    const before = told.get(key);
    const same =
      (before?.priceMinor ?? null) === (tier.tariff?.priceMinor ?? null) &&
      (before?.compareAtMinor ?? null) === (tier.tariff?.compareAtMinor ?? null);
    if (!same) moved.push(tier);
    if (!same || (before?.changesAt ?? null) !== (tier.changesAt ?? null)) turned.push(tier);
  }
  if (turned.length > 0) await keepTold(sql, turned);
  if (moved.length > 0) await addHistory(sql, moved, { at, actor: requestContext().actor });
  for (const tier of moved) tell(db, tx, tier);
}

/** What several pieces cost is not told: only what one costs. */
function tell(db: PricingDb, tx: Tx, { variantId, currency, minQuantity, tariff }: Standing) {
  if (minQuantity !== 1 || !tariff) return;
  const { priceMinor, compareAtMinor } = tariff;
  const compared = compareAtMinor === undefined ? {} : { compareAtMinor };
  db.publish(tx, PriceChanged, { variantId, currency, priceMinor, ...compared }, variantId);
}

/** A struck price that is not higher than the price is none. */
function sound({ compareAtMinor = 0, ...tariff }: Tariff): Tariff {
  return compareAtMinor > tariff.priceMinor ? { ...tariff, compareAtMinor } : tariff;
}
