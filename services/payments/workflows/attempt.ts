/** An attempt to pay: stored under the payer's key before the provider is called. */
import { v7 } from "uuid";
import type { Scenario } from "../contract/shapes.ts";
import type { KeyClaim } from "../../../lib/idempotent-call.ts";
import type { Sql } from "../../../lib/sql.ts";
import { OrderNotPayable, PaymentDeclined, PaymentInProgress } from "../payments.contract.ts";
import * as store from "../store/payment.store.ts";
import type { PaymentWithAttempt } from "./ask.ts";
import type { PaymentsService } from "../payments.types.ts";

type Payment = store.Payment;

interface Trying {
  readonly payerId: string;
  readonly claim: KeyClaim | undefined;
  readonly simulate: Scenario | undefined;
}

/**
 * The attempt that this request is about: the one its key began, the one that is under way already,
 * or a new one. Of many at once, one begins and the others join it. For a captured payment, the one
 * that captured it, if it has one.
 * @throws KeyReused (422); OrderNotPayable (409) when the payment is closed or about to be;
 * PaymentInProgress (409) when another provider is about to take its place
 */
export async function beginAttempt(
  { db }: PaymentsService,
  paymentId: string,
  trying: Trying,
): Promise<PaymentWithAttempt> {
  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    // Before the claim, so that of two with the same key none waits for the other with a lock.
    const [payment, before, underWay] = await Promise.all([
      store.lockPayment(sql, paymentId),
      claimed(sql, trying),
      store.findOpenAttempt(sql, paymentId),
    ]);
    if (!payment) throw new Error(`There is no payment ${paymentId}.`);
    if (before) return { payment, attempt: before };

    const keep = async ({ id }: { readonly id: string }) => trying.claim?.keep(sql, id);
    const captured = payment.state === "captured";
    if (!captured) assertPayable(payment);
    const there = captured ? await store.findSucceededAttempt(sql, paymentId) : underWay;
    if (there) await keep(there);
    if (there || captured) return { payment, attempt: there };
    const { payerId, simulate = null } = trying;
    const attempt = { id: v7(), paymentId, payerId, simulate };
    await Promise.all([store.insertAttempt(sql, attempt), keep(attempt)]);
    return { payment, attempt: { ...attempt, state: "sent", reason: null } };
  });
}

function assertPayable({ id: paymentId, orderId, state, closing, nextProvider }: Payment): void {
  if (state === "closed" || closing) throw OrderNotPayable({ orderId, status: "closed" });
  if (nextProvider !== null) throw PaymentInProgress({ paymentId, retryable: true });
}

async function claimed(sql: Sql, { claim }: Trying): Promise<store.Attempt | undefined> {
  const taken = await claim?.take(sql);
  if (taken?.fresh !== false || taken.resourceId === undefined) return undefined;
  return store.findAttempt(sql, taken.resourceId);
}

/**
 * Returns the payer's result after the provider was called: paid, or not known yet.
 * @throws PaymentDeclined (402); OrderNotPayable (409) when it was closed, or another one paid;
 * PaymentInProgress (409) when it was changed to another provider meanwhile
 */
export function outcomeOf(
  payment: Payment,
  attempt: store.Attempt | undefined,
  payerId: string,
): "SUCCESS" | "PENDING" {
  const { id: paymentId, orderId, state } = payment;
  if (state === "captured") {
    if ((attempt?.payerId ?? payment.customerId) === payerId) return "SUCCESS";
    throw OrderNotPayable({ orderId, status: "paid" });
  }
  if (payment.nextProvider !== null) throw PaymentInProgress({ paymentId, retryable: true });
  if (state === "closed" || payment.closing) {
    // A cancelling that is not answered yet may still lose against the attempt.
    if (state !== "closed" && attempt?.state !== "declined") return "PENDING";
    throw OrderNotPayable({ orderId, status: "closed" });
  }
  if (attempt?.state === "declined")
    throw PaymentDeclined({ paymentId, cause: attempt.reason ?? "declined" });
  return "PENDING";
}
