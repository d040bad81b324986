/** Reads an order as the caller may see it. */
import { loads } from "../../../lib/access.ts";
import type { ActionContext } from "../../../lib/bus.ts";
import { config } from "../../../config.ts";
import type { Language } from "../../../lib/failure.ts";
import type { Sql } from "../../../lib/sql.ts";
import { OutOfStock } from "../../inventory/inventory.contract.ts";
import { CouponRefused, OrderNotFound, OrderNotOpen } from "../contract/failures.ts";
import type { Order } from "../contract/order.ts";
import { toOrder } from "../store/answer.ts";
import { findOrder, findFullOrder } from "../store/orders.store.ts";
import type { OrdersService } from "../orders.types.ts";

export const languageOf = ({ meta }: Pick<ActionContext<unknown>, "meta">): Language =>
  meta.language ?? config.language;

/** @throws OrderNotFound (404) */
export async function readOrder(sql: Sql, orderId: string, language: Language): Promise<Order> {
  const row = await findFullOrder(sql, orderId);
  if (!row) throw OrderNotFound({ orderId });
  return toOrder(row, row.lines, language);
}

/** Loads an order with its lines, for the check of access. */
export const orderLoader = loads(
  ({ db }: OrdersService, orderId) => findFullOrder(db.sql, orderId),
  ({ customerId, storeId = null }) => ({ ownerId: customerId, storeIds: [storeId] }),
);

/** @throws why it was rejected: OutOfStock, CouponRefused (409) */
export async function assertAccepted(sql: Sql, { id, status, reason = "" }: Order): Promise<void> {
  if (status !== "rejected") return;
  const { refusal } = (await findOrder(sql, id)) ?? {};
  const { variantId, available = 0, code } = refusal ?? {};
  const also = { orderId: id };
  if (variantId !== undefined) throw OutOfStock({ variantId, available, ...also });
  if (code !== undefined) throw CouponRefused({ code, why: reason, ...also });
  throw OrderNotOpen({ ...also, status });
}
