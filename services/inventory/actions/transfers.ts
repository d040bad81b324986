import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, pageOf, keyOf } from "../../../lib/page.ts";
import { visibleStores } from "../../../lib/scope.ts";
import { type ListTransfers } from "../inventory.contract.ts";
import type { InventoryService } from "../inventory.types.ts";
import { listTransfers } from "../store/transfers.store.ts";

export const transfers: ActionHandler<typeof ListTransfers, InventoryService> = async (
  ctx,
  { db },
) => {
  const { after, limit = DEFAULT_LIMIT, storeId, state } = ctx.params;
  const { caller } = ctx.locals;
  const filter = { visible: visibleStores(caller) ?? null, storeId, state, limit };
  const found = await listTransfers(db.sql, filter, keyOf(after, "uuid"));
  return pageOf(found, limit, { key: ({ id }) => [id], item: (one) => one });
};
