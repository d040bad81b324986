import type { Tx } from "../../../lib/sql.ts";
import { type Change, finder, type Shelf, summed } from "../domain/shelves.ts";
import { StockAdjusted } from "../inventory.contract.ts";
import type { InventoryDb } from "../inventory.types.ts";

/** Tells stock.adjusted for each shelf that `changes` changed, with what is there after. */
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
