/** Applies a provider's state to ours, in one transaction with ledger and event. */
import { v7 } from "uuid";
import type { Sql, Tx } from "../../../lib/sql.ts";
import { capturePostings, posting } from "../domain/ledger.ts";
import { isLateCapture, moveFor, type PaymentState } from "../domain/payment.ts";
import { PaymentCaptured, PaymentClosed, PaymentFailed } from "../payments.contract.ts";
import type { Charge } from "../adapters/provider.ts";
import { post } from "../store/ledger.store.ts";
import { insertLateCapture } from "../store/refund.store.ts";
import * as store from "../store/payment.store.ts";
import type { PaymentsDb } from "../payments.types.ts";

type Payment = store.Payment;

/**
 * Applies `charge` to `payment`, whose row `tx` has locked. Old, repeated or out-of-order states
 * change nothing. Money for a closed payment is recorded, to be refunded. Returns true if money now
 * waits to be refunded. The updates of the payment and its attempts are sent before the first
 * await, so the caller's next statement sees them.
 */
export async function applyCharge(
  db: PaymentsDb,
  tx: Tx,
  payment: Payment,
  charge: Charge,
): Promise<{ late: boolean }> {
  const sql = db.in(tx);
  const late = isLateCapture(payment, charge);
  const to = late ? undefined : moveFor(payment.state, charge.status);
  const [decided, moved] = await Promise.all([
    charge.attempt ? decide(sql, payment, charge.attempt) : 0,
    to === undefined ? 1 : move(sql, payment, charge, to),
    payment.providerId === null && store.keepProviderId(sql, payment.id, charge.providerId),
    to === "captured" && store.endAttempts(sql, payment.id, "superseded"),
    to === "captured" && post(sql, payment, capturedPostings(payment)),
  ]);
  if (moved !== 1) throw new Error(`payment ${payment.id} was not locked`);
  const fact = factOf(payment);
  if (fact && decided === 1 && charge.attempt?.state === "declined") {
    const reason = charge.attempt.reason ?? "declined";
    db.publish(tx, PaymentFailed, { ...fact, reason }, payment.orderId);
  }
  if (fact && to === "captured") db.publish(tx, PaymentCaptured, fact, payment.orderId);
  if (to === "closed") await closed(db, tx, payment, reasonOf(payment));
  return { late: late && (await recordLate(db, tx, payment, charge)) };
}

const move = (sql: Sql, payment: Payment, { chargeId }: Charge, to: PaymentState) =>
  store.movePayment(sql, payment.id, {
    from: payment.state,
    to,
    chargeId,
    reason: to === "closed" ? reasonOf(payment) : undefined,
  });

const decide = (sql: Sql, { id }: Payment, { key, state, reason }: Decision) =>
  store.moveAttempt(sql, key, {
    paymentId: id,
    state,
    ...(reason !== undefined && { reason }),
  });
type Decision = NonNullable<Charge["attempt"]>;

const capturedPostings = ({ provider, id, amountMinor }: Payment) =>
  capturePostings(provider, id, amountMinor);

/** Publishes that the payment is closed, unless one with another provider replaces it. */
async function closed(db: PaymentsDb, tx: Tx, payment: Payment, reason: string): Promise<void> {
  const sql = db.in(tx);
  await store.endAttempts(sql, payment.id, "closed");
  const { nextProvider: provider, closing } = payment;
  if (provider !== null && !closing) {
    await store.insertPayment(sql, { ...payment, id: v7(), provider });
    return;
  }
  const fact = factOf(payment);
  if (fact) db.publish(tx, PaymentClosed, { ...fact, reason }, payment.orderId);
}

const reasonOf = ({ closing, nextProvider }: Payment): string => {
  if (closing) return "the order no longer wants it";
  return nextProvider === null ? "cancelled at the provider" : `paid by ${nextProvider} instead`;
};

async function recordLate(db: PaymentsDb, tx: Tx, payment: Payment, charge: Charge) {
  const id = v7();
  const { amountMinor } = payment;
  const chargeId = charge.chargeId ?? charge.providerId;
  const late = { id, paymentId: payment.id, chargeId, amountMinor };
  if ((await insertLateCapture(db.in(tx), late)) === 0) return false;
  await post(db.in(tx), payment, [posting("late_capture", id, amountMinor)]);
  return true;
}

/** Returns the payment's data for events. */
export const factOf = ({ id, orderId, customerId, currency, amountMinor }: Payment) =>
  customerId === null ? undefined : { paymentId: id, orderId, customerId, currency, amountMinor };
