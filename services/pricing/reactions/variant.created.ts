import type { Payload } from "../../../lib/contract.ts";
import { exponentOf } from "../../../lib/money.ts";
import type { Tx } from "../../../lib/sql.ts";
import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { VariantCreated } from "../../catalog/catalog.contract.ts";
import { RETAIL } from "../domain/tariff.ts";
import { changePrices } from "../store/change-prices.ts";
import { upsertTaxClass } from "../store/prices.store.ts";
import type { PricingDb, PricingService } from "../pricing.types.ts";

/** A new variant comes with its price, if it has one. */
export const onVariantCreated: Reacts<typeof VariantCreated, PricingService> = (
  { data },
  tx,
  { db },
) => applyVariant(db, tx, data);

/**
 * Applies the tax class, and the permanent price of one piece if there is one, with its struck
 * price or none. An equal price changes nothing.
 */
export async function applyVariant(db: PricingDb, tx: Tx, input: Payload<typeof VariantCreated>) {
  const { variantId, currency, priceMinor, compareAtMinor } = input;
  await upsertTaxClass(db.in(tx), variantId, input.taxClass);
  if (priceMinor === undefined) return;
  // A price in no currency could never be shown: better put aside, where operators see it.
  exponentOf(currency);
  const struck = compareAtMinor === undefined ? {} : { compareAtMinor };
  const price = { variantId, currency, priceMinor, minQuantity: 1, list: RETAIL, ...struck };
  await changePrices(db, tx, [price]);
}
