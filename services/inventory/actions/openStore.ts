import { v7 } from "uuid";
import type { ActionHandler } from "../../../lib/bus.ts";
import { createStore } from "../domain/store.ts";
import { type OpenStore, StoreCodeTaken } from "../inventory.contract.ts";
import { invalidateStores } from "../store/invalidation.ts";
import { Stores } from "../store/tables.ts";
import type { InventoryService } from "../inventory.types.ts";

export const openStore: ActionHandler<typeof OpenStore, InventoryService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { tx } = ctx.locals;
  const store = createStore(v7(), ctx.params, new Date().toISOString());
  const opened = await Stores.insert(db.in(tx), store);
  if (!opened) throw StoreCodeTaken({ code: ctx.params.code });
  invalidateStores(service, tx, opened.id);
  return Stores.shown(opened);
};
