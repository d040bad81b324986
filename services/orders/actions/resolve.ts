import type { ActionHandler } from "../../../lib/bus.ts";
import type { ResolveOrder } from "../orders.contract.ts";
import { findOutcome, insertTombstone } from "../store/orders.store.ts";
import type { OrdersService } from "../orders.types.ts";

/** An id that is unknown is dead from now on: an order that is being placed with it fails. */
export const resolve: ActionHandler<typeof ResolveOrder, OrdersService> = async (
  ctx,
  { db: { sql } },
) => {
  const { orderId } = ctx.params;
  const before = await findOutcome(sql, orderId);
  if (before) return { orderId, status: before.status };
  await insertTombstone(sql, { id: orderId, reason: "NEVER_PLACED" });
  // The insert waited for a concurrent order's transaction; either its order or the tombstone
  // exists.
  const { status } = (await findOutcome(sql, orderId)) ?? { status: "rejected" };
  return { orderId, status };
};
