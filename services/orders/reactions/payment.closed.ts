import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { PaymentClosed } from "../../payments/payments.contract.ts";
import { signal } from "../sagas/settle.ts";
import type { OrdersService } from "../orders.types.ts";

/** The money will never come: what is held for the order is let go. */
export const onPaymentClosed: Reacts<typeof PaymentClosed, OrdersService> = async (
  { data: { orderId } },
  tx,
  service,
) => {
  await signal(service, tx, orderId, { answer: "closed", reason: "PAYMENT_CLOSED" });
};
