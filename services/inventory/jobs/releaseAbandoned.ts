import { call } from "../../../lib/bus.ts";
import { commandId } from "../../../lib/idempotency.ts";
import type { RowJob } from "../../../mixins/jobs.mixin.ts";
import { ResolveOrder } from "../../orders/orders.contract.ts";
import type { InventoryService } from "../inventory.types.ts";
import { OLD_HOLDS } from "../store/reservations.store.ts";

const DEAD: ReadonlySet<string> = new Set(["rejected", "cancelled"]);

/**
 * Lets go what is held for orders that are dead, or that orders has never heard of (its database
 * was restored from a backup, say). Only orders may say so: for an unknown one it first makes sure
 * that it can never come to life. An order that cannot be asked about now is asked about later.
 */
export const releaseAbandoned: RowJob<InventoryService, { readonly orderId: string }> = {
  due: OLD_HOLDS,
  everyMs: 60_000,
  async run({ broker, groups, logger }, { orderId }) {
    const { status } = await call(broker, ResolveOrder, { orderId });
    if (!DEAD.has(status)) return;
    await groups.settle({ kind: "release", commandId: commandId(orderId, "abandoned"), orderId });
    logger.info(`The stock held for the ${status} order ${orderId} is free again.`);
  },
};
