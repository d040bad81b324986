import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { RefundSucceeded } from "../../payments/payments.contract.ts";
import { askAgain } from "../sagas/cancel.ts";
import type { OrdersService } from "../orders.types.ts";

/**
 * A refund of an order has ended. It may be another one than its cancellation waits for, so this
 * only wakes the cancellation to read its own.
 */
export const onRefundSucceeded: Reacts<typeof RefundSucceeded, OrdersService> = async (
  { data: { orderId } },
  tx,
  service,
) => askAgain(service, tx, orderId);
