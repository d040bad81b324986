import { call } from "../../../lib/bus.ts";
import { commandId } from "../../../lib/idempotency.ts";
import type { RowJob } from "../../../mixins/jobs.mixin.ts";
import { ResolveOrder } from "../../orders/orders.contract.ts";
import type { InventoryService } from "../inventory.types.ts";
import { OLD_HOLDS } from "../store/reservations.store.ts";

const DEAD: ReadonlySet<string> = new Set(["rejected", "cancelled"]);

/**
 * Releases reservations of orders that are dead or unknown to orders (its database was restored
 * from a backup, say). Only orders decides that: it first makes sure that an unknown order can
 * never exist. Without an answer the reservation is checked again later.
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
