/** Payments and refunds as they are shown outside. */
import { toDecimal } from "../../../lib/money.ts";
import type { Payment as Shown, Refund as ShownRefund } from "../payments.contract.ts";
import type { Payment } from "../store/payment.store.ts";
import type { Refund } from "../store/refund.store.ts";

export function toPayment(payment: Payment): Shown {
  const { customerId, storeId, reason, capturedAt, closedAt, currency, amountMinor } = payment;
  return {
    id: payment.id,
    orderId: payment.orderId,
    ...(customerId !== null && { customerId }),
    ...(storeId !== null && { storeId }),
    provider: payment.provider,
    state: payment.state,
    currency,
    amount: toDecimal(amountMinor, currency),
    amountMinor,
    refundedMinor: payment.refundedMinor,
    refundPendingMinor: payment.refundPendingMinor,
    ...(reason !== null && { reason }),
    createdAt: payment.createdAt.toISOString(),
    ...(capturedAt !== null && { capturedAt: capturedAt.toISOString() }),
    ...(closedAt !== null && { closedAt: closedAt.toISOString() }),
  };
}

export const toRefund = (refund: Refund, currency: string): ShownRefund => ({
  id: refund.id,
  paymentId: refund.paymentId,
  state: refund.state,
  currency,
  amount: toDecimal(refund.amountMinor, currency),
  amountMinor: refund.amountMinor,
  reason: refund.reason,
  ...(refund.failure !== null && { failure: refund.failure }),
  createdAt: refund.createdAt.toISOString(),
  ...(refund.endedAt !== null && { endedAt: refund.endedAt.toISOString() }),
});
