import type { ActionHandler } from "../../../lib/bus.ts";
import type { CountStocktake } from "../inventory.contract.ts";
import { openStocktakeFor } from "../store/open.stocktake.ts";
import { placeNow } from "../store/placing.store.ts";
import { lockForPeople } from "../store/stock.checks.ts";
import { upsertCounts } from "../store/stocktakes.store.ts";
import { Stocktakes } from "../store/tables.ts";
import type { InventoryService } from "../inventory.types.ts";

export const countStocktake: ActionHandler<typeof CountStocktake, InventoryService> = async (
  ctx,
  { db },
) => {
  const { stocktakeId } = ctx.params;
  // The last count of a variant is the one that counts.
  const counts = new Map(ctx.params.lines.map(({ variantId, counted }) => [variantId, counted]));
  const { tx, caller } = ctx.locals;
  const sql = db.in(tx);
  const stocktake = await openStocktakeFor(sql, stocktakeId);
  const { storeId } = stocktake;
  await placeNow(db, tx, [...counts.keys()]);
  const keys = [...counts.keys()].map((variantId) => ({ storeId, variantId }));
  const stand = await lockForPeople(sql, keys);
  const lines = [...counts].map(([variantId, counted]) => ({
    variantId,
    counted,
    expected: stand.shelfAt({ storeId, variantId }).onHand,
  }));
  await upsertCounts(sql, { stocktakeId, by: caller.id }, lines);
  return (await Stocktakes.find(sql, stocktakeId)) ?? stocktake;
};
