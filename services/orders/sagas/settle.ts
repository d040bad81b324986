/** Effects of the saga on the order, in the transaction of the saga's own move. */
import type { Tx } from "../../../lib/sql.ts";
import type { OrderStatus } from "../contract/order.ts";
import { type Answer, CHECKOUT, type CheckoutStep, transition } from "../domain/checkout.ts";
import {
  OrderAwaitsPayment,
  OrderCancelled,
  OrderProcessed,
  OrderRejected,
} from "../orders.contract.ts";
import { moveOrder } from "../store/orders.store.ts";
import type { OrdersDb, OrdersService } from "../orders.types.ts";
import type { Refusal } from "../store/tables.ts";

/** The state of a checkout: results of its commands and data of its events. */
export interface CheckoutState {
  readonly number: number;
  readonly customerId: string;
  readonly storeId?: string | undefined;
  readonly cartId?: string | undefined;
  readonly currency: string;
  readonly totalMinor: number;
  readonly coupons: readonly string[];
  readonly provider?: "simulator" | "cash" | undefined;
  readonly paymentId?: string;
  readonly ending?: "rejected" | "cancelled";
  readonly reason?: string;
  readonly refusal?: Refusal;
}

export const factOf = (orderId: string, state: CheckoutState) => ({
  orderId,
  number: state.number,
  customerId: state.customerId,
  ...(state.cartId !== undefined && { cartId: state.cartId }),
  currency: state.currency,
  totalMinor: state.totalMinor,
});

/** Moves the order and publishes it. @throws when the order's status does not allow the move */
export async function settle(
  db: OrdersDb,
  tx: Tx,
  of: { orderId: string; state: CheckoutState },
  status: OrderStatus,
): Promise<void> {
  const { orderId, state } = of;
  const { reason = "UNKNOWN", refusal } = state;
  const fact = factOf(orderId, state);
  const ended = status === "rejected" || status === "cancelled";
  await moveOrder(db.in(tx), orderId, status, ended ? { reason, refusal } : {});
  if (status === "awaiting_payment") db.publish(tx, OrderAwaitsPayment, fact, orderId);
  if (status === "paid") db.publish(tx, OrderProcessed, fact, orderId);
  if (status === "rejected") db.publish(tx, OrderRejected, { ...fact, reason }, orderId);
  if (status === "cancelled") db.publish(tx, OrderCancelled, { ...fact, reason }, orderId);
}

/**
 * Signals an event or a person's action to a checkout. A late or repeated signal has no effect.
 * Drives the checkout after the commit, and returns true if it moved.
 */
export async function signal(
  service: OrdersService,
  tx: Tx,
  orderId: string,
  { answer, reason }: { answer: Answer; reason?: string },
): Promise<boolean> {
  const { db, sagas } = service;
  const found = await sagas.lock(tx, orderId, CHECKOUT);
  if (!found) return false;
  const { step, state } = found as { step: CheckoutStep; state: CheckoutState };
  const next = transition(step, answer, {
    coupons: state.coupons.length > 0,
    ending: state.ending,
  });
  if (!next) return false;

  const news = {
    ...(reason !== undefined && state.reason === undefined && { reason }),
    ...(next.ending && { ending: next.ending }),
  };
  const of = { orderId, state: { ...state, ...news } };
  await Promise.all([
    sagas.move(tx, orderId, { from: [step], to: next.to, outcome: answer, state: news }),
    next.status && settle(db, tx, of, next.status),
  ]);
  db.afterCommit(tx, () => void sagas.drive(orderId));
  return true;
}
