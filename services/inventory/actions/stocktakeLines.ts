import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, keyOf, pageOf } from "../../../lib/page.ts";
import type { ListStocktakeLines } from "../inventory.contract.ts";
import { stocktakeLines as readLines } from "../store/stocktakes.store.ts";
import type { InventoryService } from "../inventory.types.ts";

export const stocktakeLines: ActionHandler<typeof ListStocktakeLines, InventoryService> = async (
  ctx,
  { db },
) => {
  const { stocktakeId, after, limit = DEFAULT_LIMIT, only = "all" } = ctx.params;
  const lines = await readLines(db.sql, { stocktakeId, only, limit }, keyOf(after, "uuid"));
  return pageOf(lines, limit, { key: ({ variantId }) => [variantId], item: (line) => line });
};
