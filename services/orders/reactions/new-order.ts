import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { NewOrder } from "../orders.contract.ts";
import type { OrdersService } from "../orders.types.ts";

/**
 * The node that placed an order also drives it. If that node has died, this continues the order.
 */
export const onNewOrder: Reacts<typeof NewOrder, OrdersService> = async (
  { data: { orderId } },
  tx,
  { db, sagas },
) => {
  if (await sagas.isForgotten(tx, orderId)) db.afterCommit(tx, () => void sagas.drive(orderId));
};
