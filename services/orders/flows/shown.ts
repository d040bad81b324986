/** An order as whoever asks may see it. */
import type { Asked, Caller } from "../../../lib/bus.ts";
import { config } from "../../../config.ts";
import type { Language } from "../../../lib/failure.ts";
import type { Sql } from "../../../lib/sql.ts";
import { OutOfStock } from "../../inventory/inventory.contract.ts";
import { CouponRefused, OrderNotFound, OrderNotOpen } from "../contract/failures.ts";
import type { Order } from "../contract/order.ts";
import { toOrder } from "../store/answer.ts";
import { reaches } from "../domain/reach.ts";
import { findOrder, findWhole, type WholeOrder } from "../store/orders.store.ts";

export const languageOf = ({ meta }: Pick<Asked<unknown>, "meta">): Language =>
  meta.language ?? config.language;

/** @throws OrderNotFound (404) */
export async function shownOrder(sql: Sql, orderId: string, language: Language): Promise<Order> {
  const row = await findWhole(sql, orderId);
  if (!row) throw OrderNotFound({ orderId });
  return toOrder(row, row.lines, language);
}

/** The order, if the caller's permission reaches it. @throws OrderNotFound (404) otherwise too */
export async function demandOrder(sql: Sql, orderId: string, caller: Caller): Promise<WholeOrder> {
  const row = await findWhole(sql, orderId);
  const whose = row && { customerId: row.customer_id, storeId: row.store_id ?? undefined };
  if (!row || !whose || !reaches(caller, whose)) throw OrderNotFound({ orderId });
  return row;
}

/** @throws why it was rejected: OutOfStock, CouponRefused (409) */
export async function demandAccepted(sql: Sql, { id, status, reason = "" }: Order): Promise<void> {
  if (status !== "rejected") return;
  const { refusal } = (await findOrder(sql, id)) ?? {};
  const { variantId, available = 0, code } = refusal ?? {};
  const also = { orderId: id };
  if (variantId !== undefined) throw OutOfStock({ variantId, available, ...also });
  if (code !== undefined) throw CouponRefused({ code, why: reason, ...also });
  throw OrderNotOpen({ ...also, status });
}
