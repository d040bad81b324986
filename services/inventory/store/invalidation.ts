import { invalidate } from "../../../middlewares/cache-invalidation.middleware.ts";
import { STORES, storeTag } from "../contract/cache.ts";
import type { InventoryService } from "../inventory.types.ts";
import type { Tx } from "../../../lib/sql.ts";

/** Once `tx` has committed, cached answers that show these stores are no longer right, on any node. */
export const invalidateStores = (service: InventoryService, tx: Tx, ...storeIds: string[]): void =>
  invalidate(service, tx, STORES, ...storeIds.map(storeTag));
