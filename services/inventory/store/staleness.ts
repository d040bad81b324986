import { stale } from "../../../middlewares/stale.middleware.ts";
import type { InventoryService } from "./tables.ts";

/** Kept answers about stores are no longer right, on any node. */
export const staleStores = ({ broker }: InventoryService): void =>
  void stale(broker, "inventory.stores", "inventory.store");
