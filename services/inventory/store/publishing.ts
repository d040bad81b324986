import type { Tx } from "../../../lib/sql.ts";
import { type Change, finder, type Shelf, summed } from "../domain/shelves.ts";
import { StockAdjusted } from "../inventory.contract.ts";
import type { InventoryDb } from "../inventory.types.ts";

/** Publishes stock.adjusted for each changed shelf, with its new quantities. */
export function publishAdjusted(
  db: InventoryDb,
  tx: Tx,
  after: readonly Shelf[],
  changes: readonly Change[],
  reason: string,
): void {
  const find = finder(after);
  for (const { storeId, variantId, onHand: change } of summed(changes)) {
    const onHand = find({ storeId, variantId })?.onHand ?? 0;
    db.publish(tx, StockAdjusted, { storeId, variantId, change, onHand, reason }, variantId);
  }
}
