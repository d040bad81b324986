import type { ActionHandler } from "../../../lib/bus.ts";
import { toOrder } from "../store/answer.ts";
import type { GetOrder } from "../orders.contract.ts";
import { languageOf } from "../workflows/readOrder.ts";
import type { FullOrder } from "../store/orders.store.ts";
import type { OrdersService } from "../orders.types.ts";

export const get: ActionHandler<typeof GetOrder, OrdersService, FullOrder> = async (
  ctx,
  _,
  order,
) => toOrder(order, order.lines, languageOf(ctx));
