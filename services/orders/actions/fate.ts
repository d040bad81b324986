import type { ActionHandler } from "../../../lib/bus.ts";
import type { OrderFate } from "../orders.contract.ts";
import { findFate, insertTombstone } from "../store/orders.store.ts";
import type { OrdersService } from "../store/tables.ts";

/** An id that is unknown is dead from now on: an order that is being placed with it fails. */
export const fate: ActionHandler<typeof OrderFate, OrdersService> = async (
  ctx,
  { db: { sql } },
) => {
  const { orderId } = ctx.params;
  const before = await findFate(sql, orderId);
  if (before) return { orderId, status: before.status };
  await insertTombstone(sql, { id: orderId, reason: "NEVER_PLACED" });
  // Whoever was first: the tombstone, or the order whose transaction we have just waited for.
  const { status } = (await findFate(sql, orderId)) ?? { status: "rejected" };
  return { orderId, status };
};
