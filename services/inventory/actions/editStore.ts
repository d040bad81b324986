import type { ActionHandler } from "../../../lib/bus.ts";
import { withChange } from "../domain/store.ts";
import { type EditStore, StoreChanged, StoreClosed, StoreNotFound } from "../inventory.contract.ts";
import { invalidateStores } from "../store/invalidation.ts";
import { Stores } from "../store/tables.ts";
import type { InventoryService } from "../inventory.types.ts";

export const editStore: ActionHandler<typeof EditStore, InventoryService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { storeId, version, ...change } = ctx.params;
  const store = await Stores.find(db.sql, storeId);
  if (!store) throw StoreNotFound({ storeId });
  if (store.closedAt !== undefined) throw StoreClosed({ storeId });
  if (store.version !== version) throw StoreChanged({ version: store.version });
  const changed = withChange(store, change);

  return db.transaction(async (tx) => {
    const edited = await Stores.update(db.in(tx), changed);
    // Another edit came between the read and the write.
    if (!edited) throw StoreChanged({ version: version + 1 });
    invalidateStores(service, tx, storeId);
    return Stores.shown(edited);
  });
};
