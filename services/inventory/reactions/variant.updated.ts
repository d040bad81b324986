import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { VariantUpdated } from "../../catalog/catalog.contract.ts";
import { changeTowards, entryOf } from "../domain/adjustment.ts";
import { SUPPLIER } from "../domain/places.ts";
import { finder } from "../domain/shelves.ts";
import { placeNow } from "../store/placing.store.ts";
import { changeStock, holdStock, insertMovements } from "../store/stock.store.ts";
import type { InventoryService } from "../inventory.types.ts";
import { publishAdjusted } from "../store/publishing.ts";
import { saveUnplaced, placesOf, upsertVariant } from "../store/unplaced.store.ts";

/**
 * Posts the difference to a merchant's declared quantity in the ledger. Reserved stock stays: the
 * declaration cannot go below it, and the entry says so.
 */
export const onVariantUpdated: Reacts<typeof VariantUpdated, InventoryService> = async (
  { id: commandId, data },
  tx,
  { db },
) => {
  const sql = db.in(tx);
  const { variantId, stocked, importId } = data;
  await upsertVariant(sql, data);
  if (!stocked) return;
  await placeNow(db, tx, [variantId]);
  const { placed, unplaced } = await placesOf(sql, data.stock);
  await saveUnplaced(sql, { commandId, variantId }, unplaced);
  const places = placed.map(({ storeId }) => ({ storeId, variantId }));
  const stand = await holdStock(sql, [variantId], places);

  const shelfAt = finder(stand.shelves);
  const differences = placed.map(({ storeId, quantity }) => {
    const shelf = shelfAt({ storeId, variantId });
    const onHand = changeTowards(quantity, shelf ?? { onHand: 0, reserved: 0 });
    const retained = (shelf?.onHand ?? 0) + onHand;
    return {
      change: { storeId, variantId, onHand, reserved: 0 },
      note:
        retained > quantity
          ? `The file said ${quantity}; ${retained} are kept for orders.`
          : undefined,
    };
  });
  const changes = differences.map(({ change }) => change);
  const after = await changeStock(db, tx, stand, changes);
  const movements = differences
    .filter(({ change }) => change.onHand !== 0)
    .map(({ change: { storeId, onHand }, note }) => ({
      ...entryOf(storeId, SUPPLIER, onHand),
      commandId,
      variantId,
      reason: "import",
      reference: importId,
      note,
    }));
  await insertMovements(sql, movements);
  publishAdjusted(db, tx, after, changes, "import");
};
