import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { RefundFailed } from "../../payments/payments.contract.ts";
import { askAgain } from "../sagas/cancel.ts";
import type { OrdersService } from "../orders.types.ts";

/** As after one that succeeded: the cancelling asks how its own refund stands. */
export const onRefundFailed: Reacts<typeof RefundFailed, OrdersService> = async (
  { data: { orderId } },
  tx,
  service,
) => askAgain(service, tx, orderId);
