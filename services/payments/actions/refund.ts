import type { Handles } from "../../../lib/bus.ts";
import { claimKey, keepAnswer } from "../../../lib/idempotency.ts";
import { toMinor } from "../../../lib/money.ts";
import { reachesAsStaff } from "../domain/payment.ts";
import { driveRefund, requestRefund } from "../flows/refunds.ts";
import { shownRefund } from "../flows/shown.ts";
import { PaymentNotFound, RefundPayment, RefundUnclear } from "../payments.contract.ts";
import { lockPayment } from "../store/payment.store.ts";
import type { PaymentsService } from "../store/tables.ts";

export const refund: Handles<typeof RefundPayment, PaymentsService> = async (ctx, service) => {
  const { db } = service;
  const { paymentId, amount, reason } = ctx.params;
  const { caller } = ctx.locals;
  const { key } = ctx.meta;
  const request = { action: RefundPayment.name, ...ctx.params };
  const claim = key === undefined ? undefined : { principal: caller.id, key, request };

  const { id, currency } = await db.transaction(async (tx) => {
    const sql = db.in(tx);
    const payment = await lockPayment(sql, paymentId);
    // The store's staff only, not the payer: nobody gives money back to themselves.
    if (!payment || !reachesAsStaff(caller, payment)) throw PaymentNotFound({ paymentId });
    const before = claim && (await claimKey(sql, claim));
    if (before && !before.fresh && before.resourceId !== undefined)
      return { id: before.resourceId, currency: payment.currency };

    const amountMinor = ctx.params.amountMinor ?? toMinor(amount ?? 0, payment.currency);
    if (amountMinor === 0 || (amount !== undefined && ctx.params.amountMinor !== undefined))
      throw RefundUnclear({});
    const asked = { amountMinor, reason, requestedBy: caller.id };
    const made = await requestRefund(db, tx, payment, asked);
    if (claim) await keepAnswer(sql, claim, { resourceId: made });
    return { id: made, currency: payment.currency };
  });

  const made = await driveRefund(service, id);
  if (!made) throw new Error(`refund ${id} is not there`);
  if (made.state !== "succeeded") ctx.meta.$statusCode = 202;
  return shownRefund(made, currency);
};
