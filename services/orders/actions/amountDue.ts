import type { ActionHandler } from "../../../lib/bus.ts";
import { type AmountDue, OrderNotFound } from "../orders.contract.ts";
import { findOrder } from "../store/orders.store.ts";
import type { OrdersService } from "../orders.types.ts";

export const amountDue: ActionHandler<typeof AmountDue, OrdersService> = async (ctx, { db }) => {
  const { orderId } = ctx.params;
  const row = await findOrder(db.sql, orderId);
  if (!row) throw OrderNotFound({ orderId });
  return {
    orderId,
    customerId: row.customerId,
    ...(row.storeId !== undefined && { storeId: row.storeId }),
    status: row.status,
    currency: row.currency,
    totalMinor: row.totalMinor,
  };
};
