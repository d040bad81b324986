/** The transitions of an order's status. The database has the same table (order_moves). */
import type { OrderStatus } from "../contract/order.ts";

export const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ["awaiting_payment", "rejected", "cancelled"],
  awaiting_payment: ["settling", "cancelled"],
  settling: ["paid"],
  paid: [],
  cancelled: [],
  rejected: [],
};

export const mayMove = (from: OrderStatus, to: OrderStatus): boolean => NEXT[from].includes(to);

/** Returns the states from which an order may move to `to`. */
export const sourcesOf = (to: OrderStatus): OrderStatus[] =>
  (Object.keys(NEXT) as OrderStatus[]).filter((from) => mayMove(from, to));

export const isFinal = (status: OrderStatus): boolean => NEXT[status].length === 0;

/** The reason of an order that a person cancelled, in sagas, events and other services. */
export const CANCELLED = "CANCELLED";
