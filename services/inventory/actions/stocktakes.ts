import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, keyOf, pageOf } from "../../../lib/page.ts";
import { visibleStores } from "../../../lib/scope.ts";
import { type ListStocktakes } from "../inventory.contract.ts";
import { listStocktakes } from "../store/stocktakes.store.ts";
import type { InventoryService } from "../inventory.types.ts";

export const stocktakes: ActionHandler<typeof ListStocktakes, InventoryService> = async (
  ctx,
  { db },
) => {
  const { after, limit = DEFAULT_LIMIT, storeId, state } = ctx.params;
  const { caller } = ctx.locals;
  const filter = { visible: visibleStores(caller) ?? null, storeId, state, limit };
  const found = await listStocktakes(db.sql, filter, keyOf(after, "uuid"));
  return pageOf(found, limit, { key: ({ id }) => [id], item: (one) => one });
};
