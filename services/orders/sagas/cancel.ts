/**
 * Cancels a paid order: refunds it, then restocks it. A refund that fails for good ends the saga
 * with the order's `refundDue`, for an operator.
 */
import { call } from "../../../lib/bus.ts";
import { commandId } from "../../../lib/idempotency.ts";
import { DONE, type Process } from "../../../lib/saga.ts";
import type { Tx } from "../../../lib/sql.ts";
import { RestockOrder } from "../../inventory/inventory.contract.ts";
import { RefundOrder } from "../../payments/payments.contract.ts";
import { OrderRefunded } from "../orders.contract.ts";
import { noteRefund } from "../store/orders.store.ts";
import type { OrdersService } from "../orders.types.ts";
import { STEP } from "./checkout.ts";

export const CANCEL = "cancel";
export const cancelOf = (orderId: string): string => commandId(orderId, CANCEL);

const POLL_MS = 20_000;

export interface CancelState {
  readonly reason: string;
  readonly fact: {
    readonly orderId: string;
    readonly number: number;
    readonly customerId: string;
    readonly cartId?: string;
    readonly currency: string;
    readonly totalMinor: number;
  };
}

export const cancelling = ({ db, broker }: OrdersService): Process<CancelState> => ({
  kind: CANCEL,
  steps: {
    async refund({ state: { fact, reason } }, command) {
      const { orderId } = fact;
      const asked = { commandId: command(), orderId, reason };
      const { state } = await call(broker, RefundOrder, asked, STEP);
      if (state === "pending") return { waitMs: POLL_MS };
      if (state === "succeeded") return { to: "restock", outcome: "refunded" };
      return {
        to: DONE,
        outcome: "refund_due",
        effect: async (tx) => noted(await noteRefund(db.in(tx), orderId, "due")),
      };
    },
    async restock({ state: { fact } }, command) {
      const { orderId } = fact;
      const asked = { commandId: command(), orderId };
      const { outcome } = await call(broker, RestockOrder, asked, STEP);
      return {
        to: DONE,
        outcome,
        effect: async (tx) => {
          noted(await noteRefund(db.in(tx), orderId, "refunded"));
          db.publish(tx, OrderRefunded, fact, orderId);
        },
      };
    },
  },
});

/** Wakes the cancellation of an order, if there is one, to read the state of its refund. */
export function askAgain({ db, sagas }: OrdersService, tx: Tx, orderId: string): void {
  db.afterCommit(tx, () => void sagas.drive(cancelOf(orderId)));
}

function noted(rows: number): void {
  if (rows !== 1) throw new Error("A refund was not asked for, or is noted already.");
}
