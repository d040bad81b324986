/** What providers have told us, as it came: written down first, understood afterwards. */
import { validate as isUuid } from "uuid";
import type { Sql } from "../../../lib/sql.ts";
import type { ProviderEvent } from "../adapters/provider.ts";
import { FREE, LEASE } from "./lease.store.ts";
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
/**
 * Takes events that are due, with a lease, and puts off the next try: 5 s to 5 min, growing, for what we
 * do not understand yet.
 */
export const claimEvents = (sql: Sql, limit: number): Promise<SavedEvent[]> =>
  sql.rows<SavedEvent>(
    `update psp_event set tries = tries + 1, leased_until = ${LEASE},
       due_at = now() + least(300, 5 * power(2, least(tries, 10))) * interval '1 second'
     where (psp, event_id) in (
       select psp, event_id from psp_event
       where processed_at is null and due_at <= now() and ${FREE}
       order by due_at limit $1 for update skip locked)
     returning psp, event_id as "eventId", type, psp_id as "pspId",
       payload #>> '{object,metadata,paymentId}' as "paymentId",
       received_at < now() - interval '3 days' as old`,
    [limit],
  );
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

export interface Meant extends Payment {
  /** Its refunds that the provider has not decided, as far as we know. */
  readonly refundsSent: readonly string[];
}
const MEANT = `select ${COLUMNS}, array(select r.id from refund r
    where r.payment_id = payment.id and r.state = 'sent' order by r.id) as "refundsSent"
  from payment where provider = $1`;
/**
 * By the provider's id, or by ours when its id never reached us. Each is found by its key: `is null` would
 * let Postgres read all index entries of payments that once had no id of the provider's.
 */
export const findMeant = (sql: Sql, event: SavedEvent): Promise<Meant | undefined> =>
  sql.row<Meant>(
    `${MEANT} and provider_id = $2
     union all ${MEANT} and coalesce(provider_id, '') = '' and id = $3::uuid limit 1`,
    [event.psp, event.pspId, isUuid(event.paymentId) ? event.paymentId : null],
  );
