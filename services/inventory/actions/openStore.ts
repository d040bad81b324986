import { v7 } from "uuid";
import type { Handles } from "../../../lib/bus.ts";
import { NotAllowed } from "../../../lib/access.ts";
import { drawUpStore } from "../domain/store.ts";
import { OpenStore, StoreCodeTaken } from "../inventory.contract.ts";
import { staleStores } from "../store/staleness.ts";
import { insertStore } from "../store/stores.store.ts";
import type { InventoryService } from "../store/tables.ts";

export const openStore: Handles<typeof OpenStore, InventoryService> = async (ctx, service) => {
  const { db } = service;
  // Who may edit the stores they work in may not make new ones.
  if (ctx.locals.caller.scope !== "any") throw NotAllowed({ needs: OpenStore.allow });
  const store = drawUpStore(v7(), ctx.params, new Date().toISOString());
  return onceForKey(db, ctx, OpenStore, async (tx) => {
    const opened = await insertStore(db.in(tx), store);
    if (!opened) throw StoreCodeTaken({ code: store.code });
    db.afterCommit(tx, () => staleStores(service));
    return opened;
  });
};
