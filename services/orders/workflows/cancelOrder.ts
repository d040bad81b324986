/** Begins a cancellation once, however many requests come at the same moment. */
import type { Caller } from "../../../lib/bus.ts";
import { NotAllowed } from "../../../lib/access.ts";
import { canAccessAsStaff } from "../../../lib/scope.ts";
import { scopeOf } from "../../identity/identity.contract.ts";
import type { OrderStatus } from "../contract/order.ts";
import { CANCELLED } from "../domain/status.ts";
import { CANCEL, type CancelState, cancelOf } from "../sagas/cancel.ts";
import { signal } from "../sagas/settle.ts";
import { requestRefund, findState, keepWords } from "../store/orders.store.ts";
import type { OrdersService } from "../orders.types.ts";
import type { OrderRow } from "../store/tables.ts";
import { insertEvent } from "../store/timeline.store.ts";

interface Why {
  readonly caller: Caller;
  /** Stored with the order alone, where it can be erased. */
  readonly words: string | undefined;
}

/**
 * Begins the cancellation, unless it has begun. Returns undefined when it is under way, by this or
 * an earlier request; otherwise the status that forbids it.
 */
export async function requestCancellation(
  service: OrdersService,
  orderId: string,
  { caller, words }: Why,
): Promise<OrderStatus | undefined> {
  const { db } = service;
  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    if (await signal(service, tx, orderId, { answer: "cancel", reason: CANCELLED })) {
      if (words !== undefined) await keepWords(sql, orderId, words);
      await insertEvent(sql, { orderId, kind: "fact", text: "cancel_asked", actor: caller.id });
      return undefined;
    }
    const { status = "rejected", step = "" } = (await findState(sql, orderId)) ?? {};
    const begun = status === "cancelled" || LETTING_GO.has(step ?? "");
    return begun ? undefined : status;
  });
}
const LETTING_GO: ReadonlySet<string> = new Set(["close", "release", "uncoupon"]);

/** Begins to give the money back, unless that has begun. @throws NotAllowed (403) */
export async function refund({ db, sagas }: OrdersService, row: OrderRow, why: Why): Promise<void> {
  const {
    caller,
    caller: { id: actor },
  } = why;
  const { id: orderId, customerId, storeId = null, cartId, number, currency, totalMinor } = row;
  const needs = "payments.refund";
  const scope = scopeOf(caller.roles, needs);
  // Staff only, so that nobody gives money back to themselves.
  if (!scope || !canAccessAsStaff({ ...caller, scope }, { storeIds: [storeId] }))
    throw NotAllowed({ needs });

  await db.transaction(async (tx) => {
    const sql = db.in(tx);
    if (!(await requestRefund(sql, orderId))) return;
    if (why.words !== undefined) await keepWords(sql, orderId, why.words);
    const cart = cartId !== undefined && { cartId };
    const state: CancelState = {
      reason: CANCELLED,
      fact: { orderId, number, customerId, ...cart, currency, totalMinor },
    };
    await sagas.begin(tx, { id: cancelOf(orderId), kind: CANCEL, step: "refund", state });
    await insertEvent(sql, { orderId, kind: "fact", text: "refund_asked", actor });
  });
}
