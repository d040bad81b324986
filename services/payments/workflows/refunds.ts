/** Gives money back: set aside first, then asked of the provider, then booked. */
import { v7 } from "uuid";
import type { Tx } from "../../../lib/sql.ts";
import { toDecimalText } from "../../../lib/money.ts";
import { posting, refundPostings } from "../domain/ledger.ts";
import {
  NotCaptured,
  RefundFailed,
  RefundSucceeded,
  RefundTooLarge,
} from "../payments.contract.ts";
import type { GivenBack } from "../adapters/provider.ts";
import { post } from "../store/ledger.store.ts";
import { findPayment, lockPayment, type Payment } from "../store/payment.store.ts";
import * as store from "../store/refund.store.ts";
import type { PaymentsDb, PaymentsService } from "../payments.types.ts";
import { factOf } from "./apply.ts";
import { toAnswer } from "./ask.ts";

interface Request {
  readonly amountMinor: number;
  readonly reason: string;
  readonly requestedBy?: string | undefined;
  readonly commandId?: string | undefined;
}

/**
 * Writes a refund down and sets its amount aside, in `tx` which has locked `payment`.
 * @throws NotCaptured (409), RefundTooLarge (422) with what is left
 */
export async function requestRefund(
  db: PaymentsDb,
  tx: Tx,
  payment: Payment,
  { amountMinor, reason, requestedBy, commandId }: Request,
): Promise<string> {
  const { id: paymentId, state, currency } = payment;
  if (state !== "captured") throw NotCaptured({ paymentId, state });
  const left = leftOf(payment);
  if (amountMinor > left || (await store.setAside(db.in(tx), paymentId, amountMinor)) !== 1)
    throw RefundTooLarge({ left: toDecimalText(left, currency), leftMinor: left, currency });
  const id = v7();
  await store.insertRefund(db.in(tx), {
    id,
    paymentId,
    amountMinor,
    reason,
    requestedBy,
    commandId,
  });
  return id;
}

/** Returns the amount that can still be refunded. */
export const leftOf = ({ amountMinor, refundedMinor, refundPendingMinor }: Payment): number =>
  amountMinor - refundedMinor - refundPendingMinor;

/**
 * Asks the provider for the refund, with its id as the key, and books the answer. May be run again
 * at any moment, by any node. Without an answer it stays as it is.
 */
export async function driveRefund(service: PaymentsService, id: string) {
  const { db, providers } = service;
  const refund = await store.findRefund(db.sql, id);
  if (!refund || isOver(refund)) return refund;
  const payment = await findPayment(db.sql, refund.paymentId);
  if (!payment?.providerId) throw new Error(`refund ${id} has no charged payment`);
  const { provider, providerId } = payment;
  const given = await toAnswer(
    service,
    providers[provider].refund(id, providerId, refund.amountMinor),
  );
  if (given) await db.transaction((tx) => book(db, tx, refund, given));
  return store.findRefund(db.sql, id);
}

async function book(db: PaymentsDb, tx: Tx, refund: store.Refund, given: GivenBack) {
  const sql = db.in(tx);
  const payment = await lockPayment(sql, refund.paymentId);
  const current = await store.lockRefund(sql, refund.id);
  if (!payment || !current || isOver(current)) return;
  const { amountMinor, id } = current;
  const state = STATES[given.status];
  const outcome = { state, pspId: given.refundId, failure: given.reason };
  if ((await store.moveRefund(sql, id, outcome)) !== 1) throw new Error(`refund ${id} moved`);
  if (state === "sent") return;

  const succeeded = state === "succeeded";
  const aside = { amountMinor, given: succeeded };
  if ((await store.resolveAside(sql, payment.id, aside)) !== 1)
    throw new Error(`refund ${id} was not set aside`);
  if (succeeded) {
    const fact = { ...mustFact(payment), amountMinor, refundId: id };
    await post(sql, payment, refundPostings(payment.provider, id, amountMinor));
    db.publish(tx, RefundSucceeded, fact, payment.orderId);
  } else publishFailed(db, tx, payment, { id, amountMinor, failure: given.reason });
}

/** Publishes a failure that an operator must check: the money is still with us. */
function publishFailed(
  db: PaymentsDb,
  tx: Tx,
  payment: Payment,
  { id, amountMinor, failure = "refused" }: FailedRefund,
): void {
  const fact = { ...mustFact(payment), amountMinor, refundId: id, reason: failure };
  db.publish(tx, RefundFailed, fact, payment.orderId);
}
interface FailedRefund {
  readonly id: string;
  readonly amountMinor: number;
  readonly failure?: string | undefined;
}

/** Gives back a charge that came for a closed payment. */
export async function driveLateCapture(service: PaymentsService, id: string): Promise<void> {
  const { db, providers } = service;
  const late = await store.findLateCapture(db.sql, id);
  const payment = late && (await findPayment(db.sql, late.paymentId));
  if (!late || !payment?.providerId || isOver(late)) return;
  const { provider, providerId } = payment;
  const key = `late:${late.chargeId}`;
  const given = await toAnswer(
    service,
    providers[provider].refund(key, providerId, late.amountMinor),
  );
  if (!given) return;
  await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const state = STATES[given.status];
    const outcome = { state, pspId: given.refundId, failure: given.reason };
    if ((await store.moveLateCapture(sql, id, outcome)) !== 1) return;
    if (state === "succeeded")
      await post(sql, payment, [posting("late_refund", id, late.amountMinor)]);
    if (state === "failed") publishFailed(db, tx, payment, { ...late, failure: given.reason });
  });
}

const STATES = { pending: "sent", succeeded: "succeeded", failed: "failed" } as const;
const isOver = ({ state }: { state: store.RefundState }) =>
  state === "succeeded" || state === "failed";

function mustFact(payment: Payment) {
  const fact = factOf(payment);
  if (!fact) throw new Error(`payment ${payment.id} is a tombstone`);
  return fact;
}
