import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, pageOf, keyOf } from "../../../lib/page.ts";
import { visibleStores } from "../../../lib/scope.ts";
import { type ListStocks } from "../inventory.contract.ts";
import { stockLevels } from "../store/levels.store.ts";
import type { InventoryService } from "../inventory.types.ts";

export const stocks: ActionHandler<typeof ListStocks, InventoryService> = async (ctx, { db }) => {
  const { after, limit = DEFAULT_LIMIT, storeId, variantId, low } = ctx.params;
  const { caller } = ctx.locals;
  const filter = { visible: visibleStores(caller) ?? null, storeId, variantId, low, limit };
  const levels = await stockLevels(db.sql, filter, keyOf(after, "uuid", "uuid"));
  return pageOf(levels, limit, {
    key: (level) => [level.storeId, level.variantId],
    item: (level) => level,
  });
};
