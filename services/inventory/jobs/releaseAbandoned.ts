import { call } from "../../../lib/bus.ts";
import { commandId } from "../../../lib/idempotency.ts";
import { ResolveOrder } from "../../orders/orders.contract.ts";
import { claimOldHolds } from "../store/reservations.store.ts";
import type { InventoryService } from "../inventory.types.ts";

const DEAD: ReadonlySet<string> = new Set(["rejected", "cancelled"]);

/**
 * Lets go what is held for orders that are dead, or that orders has never heard of (its database
 * was restored from a backup, say). Only orders may say so: for an unknown one it first makes sure
 * that it can never come to life. An order that cannot be asked about now is asked about later.
 */
export async function releaseAbandoned(service: InventoryService): Promise<void> {
  const { db, broker, groups, logger } = service;
  for (const orderId of await claimOldHolds(db.sql)) {
    try {
      const { status } = await call(broker, ResolveOrder, { orderId });
      if (!DEAD.has(status)) continue;
      await groups.settle({ kind: "release", commandId: commandId(orderId, "abandoned"), orderId });
      logger.info(`The stock held for the ${status} order ${orderId} is free again.`);
    } catch (error) {
      logger.debug(`What became of the order ${orderId} could not be settled now.`, error);
    }
  }
}
