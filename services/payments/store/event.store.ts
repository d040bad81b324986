/** Events of providers as they arrived: stored first, processed afterwards. */
import { validate as isUuid } from "uuid";
import { backoff, type DueRows } from "../../../lib/job-queue.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { ProviderEvent } from "../adapters/provider.ts";
import { COLUMNS, type Payment } from "./payment.store.ts";

/** 0 rows if it came before. */
export const keepEvent = (sql: Sql, psp: string, event: ProviderEvent): Promise<number> =>
  sql.run(
    `insert into psp_event (psp, event_id, type, psp_id, payload)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [psp, event.eventId, event.type, event.providerId ?? null, JSON.stringify(event.payload)],
  );

export interface SavedEvent {
  readonly psp: string;
  readonly eventId: string;
  readonly type: string;
  readonly pspId: string | null;
  readonly paymentId: string | null;
  /** Received so long ago that what it is about would have come to us by now. */
  readonly old: boolean;
}
/** Events that are not understood yet: tried again after 5 s, twofold up to 5 min. */
export const DUE_EVENTS: DueRows = {
  table: "psp_event",
  key: ["psp", "event_id"],
  open: "processed_at is null",
  dueAt: "due_at",
  putOff: `tries = tries + 1, due_at = ${backoff(5, 300)}`,
  returning: `psp, event_id as "eventId", type, psp_id as "pspId",
    payload #>> '{object,metadata,paymentId}' as "paymentId",
    received_at < now() - interval '3 days' as old`,
};
export const markProcessed = (sql: Sql, { psp, eventId }: SavedEvent): Promise<number> =>
  sql.run(
    `update psp_event set processed_at = now()
     where psp = $1 and event_id = $2 and processed_at is null`,
    [psp, eventId],
  );
/** Done with, though nothing followed from it. 0 rows if it was done with before. */
export const markIgnored = (sql: Sql, { psp, eventId }: SavedEvent, reason: string) =>
  sql.run(
    `update psp_event set processed_at = now(), ignored = $3
     where psp = $1 and event_id = $2 and processed_at is null`,
    [psp, eventId, reason],
  );

interface Meant extends Payment {
  /** Its refunds that the provider has not decided, as far as we know. */
  readonly refundsSent: readonly string[];
}
const MEANT = `select ${COLUMNS}, array(select r.id from refund r
    where r.payment_id = payment.id and r.state = 'sent' order by r.id) as "refundsSent"
  from payment where provider = $1`;
/**
 * Finds the payment by the provider's id, or by ours when its id never reached us. Each has its own
 * key: with `is null` Postgres would read all index entries of payments that once had no provider
 * id.
 */
export const findMeant = (sql: Sql, event: SavedEvent): Promise<Meant | undefined> =>
  sql.row<Meant>(
    `${MEANT} and provider_id = $2
     union all ${MEANT} and coalesce(provider_id, '') = '' and id = $3::uuid limit 1`,
    [event.psp, event.pspId, isUuid(event.paymentId) ? event.paymentId : null],
  );
