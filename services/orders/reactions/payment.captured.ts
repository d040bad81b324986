import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { PaymentCaptured } from "../../payments/payments.contract.ts";
import { signal } from "../sagas/settle.ts";
import type { OrdersService } from "../orders.types.ts";

/** The money is ours: the order is settled, unless its process knows already. */
export const onPaymentCaptured: Reacts<typeof PaymentCaptured, OrdersService> = async (
  { data: { orderId } },
  tx,
  service,
) => {
  await signal(service, tx, orderId, { answer: "captured" });
};
