import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, pageOf, keyOf } from "../../../lib/page.ts";
import { visibleStores } from "../../../lib/scope.ts";
import type { GlobalStock } from "../inventory.contract.ts";
import { variantStocks } from "../store/levels.store.ts";
import type { InventoryService } from "../inventory.types.ts";

export const stock: ActionHandler<typeof GlobalStock, InventoryService> = async (ctx, { db }) => {
  const { after, limit = DEFAULT_LIMIT, variantId, low } = ctx.params;
  const filter = { visible: visibleStores(ctx.locals.caller) ?? null, variantId, low, limit };
  const found = await variantStocks(db.sql, filter, keyOf(after, "uuid"));
  return pageOf(found, limit, { key: (one) => [one.variantId], item: (one) => one });
};
