import { v7 } from "uuid";
import type { ActionHandler } from "../../../lib/bus.ts";
import { type StartStocktake, StocktakeNotFound, StocktakeOpen } from "../inventory.contract.ts";
import { assertStocked, openStores } from "../store/stock.checks.ts";
import { insertStocktake, unclosedAt } from "../store/stocktakes.store.ts";
import { Stocktakes } from "../store/tables.ts";
import type { InventoryService } from "../inventory.types.ts";

export const startStocktake: ActionHandler<typeof StartStocktake, InventoryService> = async (
  ctx,
  { db },
) => {
  const { storeId, variantIds } = ctx.params;
  const { tx, caller } = ctx.locals;
  const sql = db.in(tx);
  await openStores(sql, [storeId]);
  if (variantIds) await assertStocked(sql, variantIds);
  const stocktakeId = v7();
  const one = { id: stocktakeId, storeId, by: caller.id };
  if (!(await insertStocktake(sql, one, variantIds)))
    throw StocktakeOpen({ storeId, stocktakeId: (await unclosedAt(sql, storeId)) ?? "" });
  const started = await Stocktakes.find(sql, stocktakeId);
  if (!started) throw StocktakeNotFound({ stocktakeId });
  return started;
};
