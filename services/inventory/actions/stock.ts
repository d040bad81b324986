import type { Handles } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, pageOf, keyOf } from "../../../lib/page.ts";
import { reachOf } from "../domain/scope.ts";
import type { GlobalStock } from "../inventory.contract.ts";
import { variantStocks } from "../store/levels.store.ts";
import type { InventoryService } from "../store/tables.ts";

export const stock: Handles<typeof GlobalStock, InventoryService> = async (ctx, { db }) => {
  const { after, limit = DEFAULT_LIMIT, variantId, low } = ctx.params;
  const filter = { reach: reachOf(ctx.locals.caller), variantId, low, limit };
  const found = await variantStocks(db.sql, filter, keyOf(after, "uuid"));
  return pageOf(found, limit, { key: (one) => [one.variantId], item: (one) => one });
};
