import { invalidate } from "../../../middlewares/cache-invalidation.middleware.ts";
import { STORES, storeTag } from "../contract/cache.ts";
import type { InventoryService } from "../inventory.types.ts";
import type { Tx } from "../../../lib/sql.ts";

/** Invalidates cached answers about these stores on all nodes, once `tx` has committed. */
export const invalidateStores = (service: InventoryService, tx: Tx, ...storeIds: string[]): void =>
  invalidate(service, tx, STORES, ...storeIds.map(storeTag));
