import type { ActionHandler } from "../../../lib/bus.ts";
import { driveRefund, leftOf, requestRefund } from "../workflows/refunds.ts";
import type { RefundOrder } from "../payments.contract.ts";
import { findForOrder, lockPayment } from "../store/payment.store.ts";
import { findByCommand, type RefundState } from "../store/refund.store.ts";
import type { PaymentsService } from "../payments.types.ts";

type State = "pending" | "succeeded" | "failed";

/** The command's id is unique in the refund's row, so repetitions make one refund. */
export const refundOrder: ActionHandler<typeof RefundOrder, PaymentsService> = async (
  ctx,
  service,
) => {
  const { db } = service;
  const { commandId, orderId, reason } = ctx.params;
  const asked = await db.transaction(async (tx): Promise<{ id: string } | { state: State }> => {
    const sql = db.in(tx);
    const found = await findForOrder(sql, orderId);
    const payment = found && (await lockPayment(sql, found.id));
    const before = await findByCommand(sql, commandId);
    if (before) return { id: before.id };
    // A refund without a capture is a contradiction that an operator has to check.
    if (!payment || payment.state === "closed") return { state: "failed" };
    if (payment.state !== "captured") return { state: "pending" };
    const amountMinor = leftOf(payment);
    if (amountMinor > 0)
      return { id: await requestRefund(db, tx, payment, { amountMinor, reason, commandId }) };
    return { state: payment.refundPendingMinor > 0 ? "pending" : "succeeded" };
  });
  if ("state" in asked) return { state: asked.state };
  const refund = await driveRefund(service, asked.id);
  return { state: refund ? MEANS[refund.state] : "pending" };
};

const MEANS: Readonly<Record<RefundState, State>> = {
  requested: "pending",
  sent: "pending",
  succeeded: "succeeded",
  failed: "failed",
};
