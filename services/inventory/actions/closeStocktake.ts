import type { Handles } from "../../../lib/bus.ts";
import { commandId } from "../../../lib/idempotency.ts";
import { changeTowards, entryOf } from "../domain/adjustment.ts";
import { LOSS } from "../domain/places.ts";
import { type CloseStocktake, StocktakeEnded } from "../inventory.contract.ts";
import { openStocktakeFor } from "../store/open.stocktake.ts";
import { holdPlaces } from "../store/stock.checks.ts";
import { changeStock, insertMovements } from "../store/stock.store.ts";
import { closeStocktakeRow, findStocktake } from "../store/stocktakes.store.ts";
import type { InventoryService } from "../store/tables.ts";
import { tellAdjusted } from "../store/telling.ts";

const REASON = "stocktake";

/** The difference that was found when counting is added to what the books say now. */
export const closeStocktake: Handles<typeof CloseStocktake, InventoryService> = async (ctx, { db }) => {
  const { stocktakeId } = ctx.params;
  const { tx } = ctx.locals;
  const sql = db.in(tx);
  const stocktake = await openStocktakeFor(sql, ctx.locals.caller, stocktakeId);
  const { storeId } = stocktake;
  const counted = stocktake.lines.filter(({ difference }) => difference !== undefined);
  const stand = await holdPlaces(
    sql,
    counted.map(({ variantId }) => ({ storeId, variantId })),
  );
  const changes = counted.map(({ variantId, difference = 0 }) => {
    const shelf = stand.shelfAt({ storeId, variantId });
    const onHand = changeTowards(shelf.onHand + difference, shelf);
    return { storeId, variantId, onHand, reserved: 0 };
  });
  const real = changes.filter(({ onHand }) => onHand !== 0);
  const after = await changeStock(db, tx, stand, real);
  await insertMovements(
    sql,
    real.map(({ variantId, onHand }) => ({
      ...entryOf(storeId, LOSS, onHand),
      commandId: commandId(stocktakeId, "close"),
      variantId,
      reason: REASON,
      reference: stocktakeId,
    })),
  );
  tellAdjusted(db, tx, after, real, REASON);
  const corrections = changes.map(({ variantId, onHand }) => ({ variantId, change: onHand }));
  await closeStocktakeRow(sql, stocktakeId, corrections);
  db.publish(tx, StocktakeEnded, { stocktakeId, storeId, corrected: real.length }, stocktakeId);
  return (await findStocktake(sql, stocktakeId)) ?? stocktake;
};
