/** Holding stock for what people do with it: what they name must be there, open, and a thing. */
import { VariantNotFound } from "../../catalog/catalog.contract.ts";
import type { Sql } from "../../../lib/sql.ts";
import { finder, type Shelf } from "../domain/shelves.ts";
import { NotStocked, StoreClosed, StoreNotFound } from "../inventory.contract.ts";
import { holdStock, type StockKey, type Stand } from "./stock.store.ts";
import { keepOpen } from "./stores.store.ts";

/**
 * Locks the stores open until the transaction ends.
 * @throws StoreNotFound (404), StoreClosed (409)
 */
export async function openStores(sql: Sql, storeIds: readonly string[]) {
  const stores = await keepOpen(sql, storeIds);
  for (const storeId of storeIds) {
    const store = stores.get(storeId);
    if (!store) throw StoreNotFound({ storeId });
    if (!store.open) throw StoreClosed({ storeId });
  }
  return stores;
}

interface HeldStock extends Stand {
  readonly skus: ReadonlyMap<string, string>;
  readonly shelfAt: (key: StockKey) => Shelf;
}

/** Holds the stock at `places`, made if need be. @throws VariantNotFound (404), NotStocked (422) */
export async function lockForPeople(sql: Sql, keys: readonly StockKey[]): Promise<HeldStock> {
  const held = await lockKeys(sql, keys);
  assertThings(
    keys.map(({ variantId }) => variantId),
    held.known,
  );
  return held;
}

/** Holds the stock at `places`. A shelf that is not there is an empty one. */
export async function lockKeys(sql: Sql, keys: readonly StockKey[]): Promise<HeldStock> {
  const variantIds = keys.map(({ variantId }) => variantId);
  const stand = await holdStock(sql, variantIds, keys);
  const find = finder(stand.shelves);
  const shelfAt = (key: StockKey): Shelf =>
    find(key) ?? { ...key, onHand: 0, reserved: 0, open: true };
  return { ...stand, skus: await skusOf(sql, variantIds), shelfAt };
}

/** @throws VariantNotFound (404), NotStocked (422) */
export async function assertStocked(sql: Sql, variantIds: readonly string[]): Promise<void> {
  assertThings(variantIds, await stockedness(sql, variantIds));
}

function assertThings(variantIds: readonly string[], known: ReadonlyMap<string, boolean>): void {
  for (const variantId of variantIds) {
    const stocked = known.get(variantId);
    if (stocked === undefined) throw VariantNotFound({ variantId });
    if (!stocked) throw NotStocked({ variantId });
  }
}

/** Returns whether each of these variants is stocked; unknown ones are absent. */
export async function stockedness(
  sql: Sql,
  variantIds: readonly string[],
): Promise<Map<string, boolean>> {
  const rows = await sql.rows<{ variant_id: string; stocked: boolean }>(
    "select variant_id, stocked from stocked_variant where variant_id = any($1::uuid[])",
    [variantIds],
  );
  return new Map(rows.map(({ variant_id, stocked }) => [variant_id, stocked]));
}

async function skusOf(sql: Sql, variantIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.rows<{ variant_id: string; sku: string }>(
    "select variant_id, sku from stocked_variant where variant_id = any($1::uuid[])",
    [variantIds],
  );
  return new Map(rows.map(({ variant_id, sku }) => [variant_id, sku]));
}
