import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { RefundFailed } from "../../payments/payments.contract.ts";
import { askAgain } from "../sagas/cancel.ts";
import type { OrdersService } from "../orders.types.ts";

/** Wakes the cancellation, which reads the state of its own refund. */
export const onRefundFailed: Reacts<typeof RefundFailed, OrdersService> = async (
  { data: { orderId } },
  tx,
  service,
) => askAgain(service, tx, orderId);
