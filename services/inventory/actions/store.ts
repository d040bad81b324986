import type { ActionHandler } from "../../../lib/bus.ts";
import { type GetStore, StoreNotFound } from "../inventory.contract.ts";
import { Stores } from "../store/tables.ts";
import type { InventoryService } from "../inventory.types.ts";

export const store: ActionHandler<typeof GetStore, InventoryService> = async (ctx, { db }) => {
  const { storeId } = ctx.params;
  const found = await Stores.find(db.sql, storeId);
  if (!found) throw StoreNotFound({ storeId });
  return Stores.shown(found);
};
