import type { ActionHandler } from "../../../lib/bus.ts";
import type { NoteOrder } from "../orders.contract.ts";
import type { OrdersService } from "../orders.types.ts";
import { insertEvent } from "../store/timeline.store.ts";

export const note: ActionHandler<typeof NoteOrder, OrdersService> = ({ params, locals }, { db }) =>
  insertEvent(db.in(locals.tx), { ...params, kind: "note", actor: locals.caller.id });
