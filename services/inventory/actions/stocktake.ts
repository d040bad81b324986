import type { Handles } from "../../../lib/bus.ts";
import { reaches } from "../domain/scope.ts";
import { type GetStocktake, StocktakeNotFound } from "../inventory.contract.ts";
import { findStocktake } from "../store/stocktakes.store.ts";
import type { InventoryService } from "../store/tables.ts";

export const stocktake: Handles<typeof GetStocktake, InventoryService> = async (ctx, { db }) => {
  const { stocktakeId } = ctx.params;
  const found = await findStocktake(db.sql, stocktakeId);
  if (!found || !reaches(ctx.locals.caller, found.storeId))
    throw StocktakeNotFound({ stocktakeId });
  return found;
};
