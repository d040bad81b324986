import type { ActionHandler } from "../../../lib/bus.ts";
import { fitting } from "../../../lib/page.ts";
import type { OrderTimeline } from "../orders.contract.ts";
import { cancelOf } from "../sagas/cancel.ts";
import type { OrdersService } from "../orders.types.ts";
import { timelineOf } from "../store/timeline.store.ts";

export const timeline: ActionHandler<typeof OrderTimeline, OrdersService> = async (ctx, { db }) => {
  const { orderId } = ctx.params;
  const { caller } = ctx.locals;
  const sagaIds = [orderId, cancelOf(orderId)];
  const onlyOf = caller.scope === "own" ? caller.id : undefined;
  return { orderId, timeline: fitting(await timelineOf(db.sql, orderId, { sagaIds, onlyOf })) };
};
