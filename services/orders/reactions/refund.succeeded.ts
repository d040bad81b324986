import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { RefundSucceeded } from "../../payments/payments.contract.ts";
import { askAgain } from "../sagas/cancel.ts";
import type { OrdersService } from "../orders.types.ts";

/**
 * A refund of an order has come to its end. It may be another one than its cancelling waits for, so
 * this only makes the cancelling ask at once how its own stands.
 */
export const onRefundSucceeded: Reacts<typeof RefundSucceeded, OrdersService> = async (
  { data: { orderId } },
  tx,
  service,
) => askAgain(service, tx, orderId);
