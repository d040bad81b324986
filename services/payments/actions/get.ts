import type { Handles } from "../../../lib/bus.ts";
import { reaches } from "../domain/payment.ts";
import { shownPayment, shownRefund } from "../flows/shown.ts";
import { type GetPayment, PaymentNotFound } from "../payments.contract.ts";
import { findPayment } from "../store/payment.store.ts";
import { refundsOf } from "../store/refund.store.ts";
import type { PaymentsService } from "../store/tables.ts";

export const get: Handles<typeof GetPayment, PaymentsService> = async (ctx, { db }) => {
  const { paymentId } = ctx.params;
  const payment = await findPayment(db.sql, paymentId);
  // A tombstone is no payment to anybody: it only stands in the way of one.
  if (!payment || payment.customerId === null || !reaches(ctx.locals.caller, payment))
    throw PaymentNotFound({ paymentId });
  const refunds = await refundsOf(db.sql, paymentId);
  return {
    ...shownPayment(payment),
    refunds: refunds.map((refund) => shownRefund(refund, payment.currency)),
  };
};
