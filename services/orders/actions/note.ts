import type { Handles } from "../../../lib/bus.ts";
import { claimKey, keepAnswer } from "../../../lib/idempotency.ts";
import { NoteOrder, type TimelineEntry } from "../orders.contract.ts";
import { demandOrder } from "../flows/shown.ts";
import type { OrdersService } from "../store/tables.ts";
import { insertEvent } from "../store/timeline.store.ts";

export const note: Handles<typeof NoteOrder, OrdersService> = async (ctx, { db }) => {
  const { params, meta } = ctx;
  const { caller } = ctx.locals;
  await demandOrder(db.sql, params.orderId, caller);
  const request = { action: NoteOrder.name, ...params };
  const claim =
    meta.key === undefined ? meta.key : { principal: caller.id, key: meta.key, request };

  return db.transaction(async (tx) => {
    const sql = db.in(tx);
    const taken = claim && (await claimKey<TimelineEntry>(sql, claim));
    if (taken?.fresh === false && taken.answer) return taken.answer;
    const entry = await insertEvent(sql, { ...params, kind: "note", actor: caller.id });
    if (claim) await keepAnswer(sql, claim, { answer: entry });
    return entry;
  });
};
