import type { Handles } from "../../../lib/bus.ts";
import type { GetStocktake } from "../inventory.contract.ts";
import { stocktakeFor } from "../store/open.stocktake.ts";
import type { InventoryService } from "../store/tables.ts";

export const stocktake: Handles<typeof GetStocktake, InventoryService> = (ctx, { db }) =>
  stocktakeFor(db.sql, ctx.locals.caller, ctx.params.stocktakeId);
