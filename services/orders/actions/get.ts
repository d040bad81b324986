import type { Handles } from "../../../lib/bus.ts";
import { toOrder } from "../store/answer.ts";
import type { GetOrder } from "../orders.contract.ts";
import { demandOrder, languageOf } from "../flows/shown.ts";
import type { OrdersService } from "../store/tables.ts";

export const get: Handles<typeof GetOrder, OrdersService> = async (ctx, { db: { sql } }) => {
  const { orderId } = ctx.params;
  const row = await demandOrder(sql, orderId, ctx.locals.caller);
  return toOrder(row, row.lines, languageOf(ctx));
};
