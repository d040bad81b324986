import type { Handles } from "../../../lib/bus.ts";
import type { ProveStock } from "../inventory.contract.ts";
import { violations } from "../store/proof.store.ts";
import type { InventoryService } from "../store/tables.ts";

export const proof: Handles<typeof ProveStock, InventoryService> = async (_, { db }) => {
  const invariants = await db.transaction((tx) => violations(db.in(tx)));
  return { holds: invariants.every(({ violations }) => violations === 0), invariants };
};
