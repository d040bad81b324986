import type { ActionHandler } from "../../../lib/bus.ts";
import { requestCancellation, refund } from "../workflows/cancelOrder.ts";
import { INLINE_MS, inTime } from "../workflows/in-time.ts";
import { languageOf, readOrder } from "../workflows/readOrder.ts";
import { type CancelOrder, type Order, OrderNotOpen } from "../orders.contract.ts";
import { cancelOf } from "../sagas/cancel.ts";
import type { FullOrder } from "../store/orders.store.ts";
import type { OrdersService } from "../orders.types.ts";

export const cancel: ActionHandler<typeof CancelOrder, OrdersService, FullOrder> = async (
  ctx,
  service,
  before,
) => {
  const { orderId, reason: words } = ctx.params;
  const { caller } = ctx.locals;
  const { sql } = service.db;
  const paid = before.status === "paid";
  if (paid) await refund(service, before, { caller, words });
  const status = paid ? undefined : await requestCancellation(service, orderId, { caller, words });
  if (status !== undefined) throw OrderNotOpen({ orderId, status });
  await inTime(service.sagas.drive(paid ? cancelOf(orderId) : orderId), INLINE_MS);

  const order = await readOrder(sql, orderId, languageOf(ctx));
  // The payment, or the last one who wanted the goods, was quicker.
  if (!paid && WON.has(order.status)) throw OrderNotOpen({ orderId, status: order.status });
  ctx.meta.$statusCode = isOver(order) ? 200 : 202;
  return order;
};

const WON: ReadonlySet<Order["status"]> = new Set(["settling", "paid", "rejected"]);
const isOver = ({ status, refundedAt, refundDue = false }: Order) =>
  status === "cancelled" || refundedAt !== undefined || refundDue;
