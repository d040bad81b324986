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

/** Why an order was cancelled, to processes, events and other services: a person asked for it. */
export const CANCELLED = "CANCELLED";
