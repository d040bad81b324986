import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, keyOf, pageOf } from "../../../lib/page.ts";
import { toSummary } from "../store/answer.ts";
import type { ListOrders } from "../orders.contract.ts";
import { listNewest } from "../store/list.store.ts";
import type { OrdersService } from "../orders.types.ts";

export const list: ActionHandler<typeof ListOrders, OrdersService> = async (ctx, { db }) => {
  const { limit = DEFAULT_LIMIT, after, ...filter } = ctx.params;
  const before = keyOf(after, "instant", "uuid");
  const rows = await listNewest(db.sql, ctx.locals.caller, { ...filter, before, limit: limit + 1 });
  return pageOf(rows, limit, {
    key: (row) => [row.createdAt, row.id],
    item: toSummary,
  });
};
