import type { ActionHandler } from "../../../lib/bus.ts";
import { publicState } from "../domain/payment.ts";
import { openPayment } from "../workflows/open.ts";
import type { OpenPayment } from "../payments.contract.ts";
import { findOpenAttempt } from "../store/payment.store.ts";
import type { PaymentsService } from "../payments.types.ts";

/** An order has one payment, so the order itself makes this repeatable. */
export const open: ActionHandler<typeof OpenPayment, PaymentsService> = async (ctx, service) => {
  const { id, state } = await openPayment(service, ctx.params);
  if (state !== "processing") return { paymentId: id, state };
  const attempt = await findOpenAttempt(service.db.sql, id);
  return { paymentId: id, state: publicState(state, attempt?.state) };
};
