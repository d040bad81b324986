import type { ActionHandler } from "../../../lib/bus.ts";
import { type GetStoreConfiguration, StoreNotFound } from "../inventory.contract.ts";
import { Stores } from "../store/tables.ts";
import type { InventoryService } from "../inventory.types.ts";

export const storeConfiguration: ActionHandler<
  typeof GetStoreConfiguration,
  InventoryService
> = async (ctx, { db }) => {
  const { storeId } = ctx.params;
  const found = await Stores.find(db.sql, storeId);
  if (!found) throw StoreNotFound({ storeId });
  const { version, configuration } = found;
  return { storeId, version, configuration };
};
