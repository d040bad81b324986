/** The history of orders: people's actions, and the steps of their sagas. */
import type { Sql } from "../../../lib/sql.ts";
import type { TimelineEntry } from "../contract/order.ts";

interface EventRow {
  kind: "fact" | "note";
  text: string;
  actor: string | null;
  at: Date;
}
interface TimelineRow extends Omit<EventRow, "kind" | "text"> {
  kind: TimelineEntry["kind"];
  step: string | null;
  outcome: string | null;
  text: string | null;
}

export async function insertEvent(
  sql: Sql,
  event: { orderId: string; kind: "fact" | "note"; text: string; actor: string },
): Promise<TimelineEntry> {
  const { orderId, kind, text, actor } = event;
  const row = await sql.row<{ at: Date }>(
    `insert into order_event (order_id, kind, text, actor) values ($1, $2, $3, $4) returning at`,
    [orderId, kind, text, actor],
  );
  if (!row) throw new Error("An entry of a timeline was not written.");
  return { at: row.at.toISOString(), kind, text, actor };
}

/** Oldest first. With `onlyOf`, the notes of others than that person are left out. */
export async function timelineOf(
  sql: Sql,
  orderId: string,
  { sagaIds, onlyOf }: { sagaIds: readonly string[]; onlyOf?: string | undefined },
): Promise<TimelineEntry[]> {
  const rows = await sql.rows<TimelineRow>(
    `select 'step' as kind, step, outcome, detail as text, null::uuid as actor, at, n
     from saga_log where saga_id = any($2)
     union all
     select kind, null, null, text, actor, at, n from order_event
     where order_id = $1 and (kind <> 'note' or $3::uuid is null or actor = $3)
     order by at, kind desc, n limit 1000`,
    [orderId, sagaIds, onlyOf ?? null],
  );
  return rows.map(({ at, kind, step, outcome, text, actor }) => ({
    at: at.toISOString(),
    kind,
    ...(step !== null && { step }),
    ...(outcome !== null && { outcome }),
    ...(text !== null && { text }),
    ...(actor !== null && { actor }),
  }));
}
