import type { ActionHandler } from "../../../lib/bus.ts";
import { toPayment, toRefund } from "../workflows/toPayment.ts";
import type { GetPayment } from "../payments.contract.ts";
import type { Payment } from "../store/payment.store.ts";
import { refundsOf } from "../store/refund.store.ts";
import type { PaymentsService } from "../payments.types.ts";

export const get: ActionHandler<typeof GetPayment, PaymentsService, Payment> = async (
  _,
  { db },
  payment,
) => {
  const refunds = await refundsOf(db.sql, payment.id);
  return {
    ...toPayment(payment),
    refunds: refunds.map((refund) => toRefund(refund, payment.currency)),
  };
};
