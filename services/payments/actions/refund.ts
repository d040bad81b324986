import type { ActionHandler } from "../../../lib/bus.ts";
import { toMinor } from "../../../lib/money.ts";
import { driveRefund, requestRefund } from "../workflows/refunds.ts";
import { toRefund } from "../workflows/toPayment.ts";
import { PaymentNotFound, type RefundPayment, RefundUnclear } from "../payments.contract.ts";
import { lockPayment } from "../store/payment.store.ts";
import type { PaymentsService } from "../payments.types.ts";

export const refund: ActionHandler<typeof RefundPayment, PaymentsService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { paymentId, amount, reason } = ctx.params;
  const { caller, claim } = ctx.locals;

  const { id, currency } = await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const payment = await lockPayment(sql, paymentId);
    if (!payment) throw PaymentNotFound({ paymentId });
    const before = await claim?.take(sql);
    if (before?.fresh === false && before.resourceId !== undefined)
      return { id: before.resourceId, currency: payment.currency };

    const amountMinor = ctx.params.amountMinor ?? toMinor(amount ?? 0, payment.currency);
    if (amountMinor === 0 || (amount !== undefined && ctx.params.amountMinor !== undefined))
      throw RefundUnclear({});
    const asked = { amountMinor, reason, requestedBy: caller.id };
    const made = await requestRefund(db, tx, payment, asked);
    await claim?.keep(sql, made);
    return { id: made, currency: payment.currency };
  });

  const made = await driveRefund(service, id);
  if (!made) throw new Error(`refund ${id} is not there`);
  if (made.state !== "succeeded") ctx.meta.$statusCode = 202;
  return toRefund(made, currency);
};
