import type { ActionHandler } from "../../../lib/bus.ts";
import type { GetStocktake } from "../inventory.contract.ts";
import { stocktakeOf } from "../store/open.stocktake.ts";
import type { InventoryService } from "../inventory.types.ts";

export const stocktake: ActionHandler<typeof GetStocktake, InventoryService> = (
  { params },
  { db },
) => stocktakeOf(db.sql, params.stocktakeId);
