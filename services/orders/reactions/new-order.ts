import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { NewOrder } from "../orders.contract.ts";
import type { OrdersService } from "../orders.types.ts";

/** Continues an order whose node has died; otherwise the node that placed it drives it. */
export const onNewOrder: Reacts<typeof NewOrder, OrdersService> = async (
  { data: { orderId } },
  tx,
  { db, sagas },
) => {
  if (await sagas.isForgotten(tx, orderId)) db.afterCommit(tx, () => void sagas.drive(orderId));
};
