import { v7 } from "uuid";
import type { Handles } from "../../../lib/bus.ts";
import { NotAllowed } from "../../../middlewares/allow.middleware.ts";
import { drawUpStore } from "../domain/store.ts";
import { OpenStore, StoreCodeTaken } from "../inventory.contract.ts";
import { onceForKey } from "../../../lib/idempotency.ts";
import { staleStores } from "../store/staleness.ts";
import { insertStore } from "../store/stores.store.ts";
import type { InventoryService } from "../store/tables.ts";
import { placeWaiting } from "../store/unplaced.store.ts";

export const openStore: Handles<typeof OpenStore, InventoryService> = (ctx, service) => {
  const { db } = service;
  // Who may edit the stores they work in may not make new ones.
  if (ctx.locals.caller.scope !== "any") throw NotAllowed({ needs: OpenStore.allow });
  const store = drawUpStore(v7(), ctx.params, new Date().toISOString());
  return onceForKey(db, ctx, OpenStore, async (tx) => {
    const opened = await insertStore(db.in(tx), store);
    if (!opened) throw StoreCodeTaken({ code: store.code });
    await placeWaiting(db, tx);
    db.afterCommit(tx, () => staleStores(service));
    return opened;
  });
};
