/** What a provider says becomes what we know, in one transaction with ledger and event. */
import { v7 } from "uuid";
import type { Tx } from "../../../lib/sql.ts";
import { capturePostings, posting } from "../domain/ledger.ts";
import { isLateCapture, moveFor } from "../domain/payment.ts";
import { PaymentCaptured, PaymentClosed, PaymentFailed } from "../payments.contract.ts";
import type { Charge } from "../providers/provider.ts";
import { post } from "../store/ledger.store.ts";
import { insertLateCapture } from "../store/refund.store.ts";
import * as store from "../store/payment.store.ts";
import type { PaymentsDb } from "../store/tables.ts";

type Payment = store.Payment;

/**
 * Applies `charge` to `payment`, whose row `tx` has locked. Answers that are old, doubled or out of
 * order change nothing. Money for a payment that is closed is written down, to be given back.
 * Tells whether money now waits to be given back.
 */
export async function applyCharge(
  db: PaymentsDb,
  tx: Tx,
  payment: Payment,
  charge: Charge,
): Promise<{ late: boolean }> {
  const sql = db.in(tx);
  if (payment.providerId === null) await store.keepProviderId(sql, payment.id, charge.providerId);
  await applyAttempt(db, tx, payment, charge);

  if (isLateCapture(payment, charge)) return { late: await recordLate(db, tx, payment, charge) };
  const to = moveFor(payment.state, charge.status);
  if (to === undefined) return { late: false };
  const reason = to === "closed" ? reasonOf(payment) : undefined;
  const move = { from: payment.state, to, chargeId: charge.chargeId, reason };
  const moved = await store.movePayment(sql, payment.id, move);
  if (moved !== 1) throw new Error(`payment ${payment.id} was not locked`);
  if (to === "captured") await captured(db, tx, payment);
  if (to === "closed") await closed(db, tx, payment, reasonOf(payment));
  return { late: false };
}

async function captured(db: PaymentsDb, tx: Tx, payment: Payment): Promise<void> {
  const sql = db.in(tx);
  await store.endAttempts(sql, payment.id, "superseded");
  await post(sql, payment, capturePostings(payment.provider, payment.id, payment.amountMinor));
  const fact = factOf(payment);
  if (fact) db.publish(tx, PaymentCaptured, fact, payment.orderId);
}

/** The order is told, unless a payment with another provider takes the place of this one. */
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

async function applyAttempt(db: PaymentsDb, tx: Tx, payment: Payment, { attempt }: Charge) {
  if (!attempt) return;
  const moved = await store.moveAttempt(db.in(tx), attempt.key, {
    paymentId: payment.id,
    state: attempt.state,
    ...(attempt.reason !== undefined && { reason: attempt.reason }),
  });
  const fact = factOf(payment);
  if (moved === 0 || attempt.state !== "declined" || !fact) return;
  const reason = attempt.reason ?? "declined";
  db.publish(tx, PaymentFailed, { ...fact, reason }, payment.orderId);
}

async function recordLate(db: PaymentsDb, tx: Tx, payment: Payment, charge: Charge) {
  const id = v7();
  const { amountMinor } = payment;
  const chargeId = charge.chargeId ?? charge.providerId;
  const late = { id, paymentId: payment.id, chargeId, amountMinor };
  if ((await insertLateCapture(db.in(tx), late)) === 0) return false;
  await post(db.in(tx), payment, [posting("late_capture", id, amountMinor)]);
  return true;
}

/** What events say of a payment; a tombstone has nothing to tell. */
export const factOf = ({ id, orderId, customerId, currency, amountMinor }: Payment) =>
  customerId === null ? undefined : { paymentId: id, orderId, customerId, currency, amountMinor };
