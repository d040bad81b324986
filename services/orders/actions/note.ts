import type { Handles } from "../../../lib/bus.ts";
import { onceForKey } from "../../../lib/idempotency.ts";
import { demandOrder } from "../flows/shown.ts";
import { NoteOrder } from "../orders.contract.ts";
import type { OrdersService } from "../store/tables.ts";
import { insertEvent } from "../store/timeline.store.ts";

export const note: Handles<typeof NoteOrder, OrdersService> = async (ctx, { db }) => {
  const { params } = ctx;
  const { caller } = ctx.locals;
  await demandOrder(db.sql, params.orderId, caller);
  return onceForKey(db, ctx, NoteOrder, (tx) =>
    insertEvent(db.in(tx), { ...params, kind: "note", actor: caller.id }),
  );
};
