/** Changes prices: the effective price, its event and its history change together. */
import { requestContext } from "../../../lib/request-context.ts";
import type { Tx } from "../../../lib/sql.ts";
import { type EffectivePrice, effectiveAt, type Tariff, tierKey } from "../domain/tariff.ts";
import { PriceChanged } from "../pricing.contract.ts";
import { lockVariants, upsertTariffs, tariffsFrom } from "./prices.store.ts";
import type { PricingDb } from "../pricing.types.ts";
import { addHistory, savePublishedPrices, publishedPrices } from "./published-prices.store.ts";

/**
 * Sets prices in the transaction `tx`; a change of a current price is added to its history and
 * published as `price.changed`. Setting the same price again does nothing.
 */
export async function changePrices(
  db: PricingDb,
  tx: Tx,
  tariffs: readonly Tariff[],
): Promise<void> {
  const variantIds = [...new Set(tariffs.map(({ variantId }) => variantId))];
  const at = await lockVariants(db.in(tx), variantIds);
  if ((await upsertTariffs(db.in(tx), tariffs.map(sound))) === 0) return;
  await settlePrices(db, tx, variantIds, at);
}

/** Publishes how prices at `at` differ from those last published, under the variants' lock. */
export async function settlePrices(
  db: PricingDb,
  tx: Tx,
  variantIds: readonly string[],
  at: string,
): Promise<void> {
  const sql = db.in(tx);
  const published = new Map(
    (await publishedPrices(sql, variantIds)).map((one) => [tierKey(one.tier), one]),
  );
  const effective = effectiveAt(await tariffsFrom(sql, variantIds, at), at);
  const priceless = [...published].map(([key, { tier }]): [string, EffectivePrice] => [key, tier]);
  const known = new Map([...priceless, ...effective]);
  const moved: EffectivePrice[] = [];
  const changed: EffectivePrice[] = [];
  for (const [key, tier] of known) {
    const before = published.get(key);
    const same =
      (before?.priceMinor ?? null) === (tier.tariff?.priceMinor ?? null) &&
      (before?.compareAtMinor ?? null) === (tier.tariff?.compareAtMinor ?? null);
    if (!same) moved.push(tier);
    if (!same || (before?.changesAt ?? null) !== (tier.changesAt ?? null)) changed.push(tier);
  }
  if (changed.length > 0) await savePublishedPrices(sql, changed);
  if (moved.length > 0) await addHistory(sql, moved, { at, actor: requestContext().actor });
  for (const tier of moved) publishPrice(db, tx, tier);
}

/** Only the price of one piece is published, not those of larger quantities. */
function publishPrice(
  db: PricingDb,
  tx: Tx,
  { variantId, currency, minQuantity, tariff }: EffectivePrice,
) {
  if (minQuantity !== 1 || !tariff) return;
  const { priceMinor, compareAtMinor } = tariff;
  const compared = compareAtMinor === undefined ? {} : { compareAtMinor };
  db.publish(tx, PriceChanged, { variantId, currency, priceMinor, ...compared }, variantId);
}

/** A struck price that is not higher than the price is none. */
function sound({ compareAtMinor = 0, ...tariff }: Tariff): Tariff {
  return compareAtMinor > tariff.priceMinor ? { ...tariff, compareAtMinor } : tariff;
}
