import { v7 } from "uuid";
import type { ActionHandler } from "../../../lib/bus.ts";
import { adjustmentOf } from "../domain/adjustment.ts";
import { availableAt, stateOf } from "../domain/shelves.ts";
import { type AdjustStock, NotEnoughStock } from "../inventory.contract.ts";
import { changeStock, insertMovements } from "../store/stock.store.ts";
import { lockForPeople, openStores } from "../store/stock.checks.ts";
import type { InventoryService } from "../inventory.types.ts";
import { publishAdjusted } from "../store/publishing.ts";

export const adjust: ActionHandler<typeof AdjustStock, InventoryService> = async (ctx, { db }) => {
  const { storeId, variantId, change, reason, note } = ctx.params;
  const entry = adjustmentOf(storeId, change, reason);
  const { tx } = ctx.locals;
  const sql = db.in(tx);
  const stores = await openStores(sql, [storeId]);
  const key = { storeId, variantId };
  const stand = await lockForPeople(sql, [key]);
  const shelf = stand.shelfAt(key);
  if (change < 0 && shelf.onHand + change < shelf.reserved)
    throw NotEnoughStock({ variantId, available: availableAt(shelf) });

  const changes = [{ ...key, onHand: change, reserved: 0 }];
  const after = await changeStock(db, tx, stand, changes);
  await insertMovements(sql, [{ ...entry, commandId: v7(), variantId, reason, note }]);
  publishAdjusted(db, tx, after, changes, reason);

  const onHand = shelf.onHand + change;
  const available = availableAt({ onHand, reserved: shelf.reserved });
  return {
    ...key,
    storeCode: stores.get(storeId)?.code ?? "",
    sku: stand.skus.get(variantId) ?? "",
    onHand,
    reserved: shelf.reserved,
    available,
    state: stateOf(available),
  };
};
