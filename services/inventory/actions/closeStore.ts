import type { ActionHandler } from "../../../lib/bus.ts";
import {
  type CloseStore,
  StocktakeOpen,
  StoreHasStock,
  StoreNotFound,
} from "../inventory.contract.ts";
import { invalidateStores } from "../store/invalidation.ts";
import { unclosedAt } from "../store/stocktakes.store.ts";
import { closeEmpty } from "../store/stores.store.ts";
import { Stores } from "../store/tables.ts";
import type { InventoryService } from "../inventory.types.ts";

export const closeStore: ActionHandler<typeof CloseStore, InventoryService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { storeId } = ctx.params;
  return db.transaction(async (tx) => {
    const store = await Stores.lock(db.in(tx), storeId);
    if (!store) throw StoreNotFound({ storeId });
    if (store.closedAt !== undefined) return Stores.shown(store);
    const stocktakeId = await unclosedAt(db.in(tx), storeId);
    if (stocktakeId !== undefined) throw StocktakeOpen({ storeId, stocktakeId });
    const closed = await closeEmpty(db.in(tx), storeId);
    if (!closed) throw StoreHasStock({ storeId });
    invalidateStores(service, tx, storeId);
    return Stores.shown(closed);
  });
};
