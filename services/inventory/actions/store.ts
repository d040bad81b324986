import type { ActionHandler } from "../../../lib/bus.ts";
import { type GetStore, StoreNotFound } from "../inventory.contract.ts";
import { findStore } from "../store/stores.store.ts";
import type { InventoryService } from "../inventory.types.ts";

export const store: ActionHandler<typeof GetStore, InventoryService> = async (ctx, { db }) => {
  const { storeId } = ctx.params;
  const found = await findStore(db.sql, storeId);
  if (!found) throw StoreNotFound({ storeId });
  const { configuration: _hidden, ...shown } = found;
  return shown;
};
