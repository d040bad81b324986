/** What providers have told us, as it came: written down first, understood afterwards. */
import type { Sql } from "../../../lib/sql.ts";
import type { ProviderEvent } from "../providers/provider.ts";
import { COLUMNS, type Payment } from "./payment.store.ts";

/** 0 rows if it came before. */
export const keepEvent = (sql: Sql, psp: string, event: ProviderEvent): Promise<number> =>
  sql.run(
    `insert into psp_event (psp, event_id, type, psp_id, payload)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [psp, event.eventId, event.type, event.providerId ?? null, JSON.stringify(event.payload)],
  );

export interface KeptEvent {
  readonly psp: string;
  readonly eventId: string;
  readonly pspId: string | null;
  readonly paymentId: string | null;
}
/** Takes events that are due, for some seconds; growing, for what we do not understand yet. */
export const takeEvents = (sql: Sql): Promise<KeptEvent[]> =>
  sql.rows<KeptEvent>(
    `update psp_event set tries = tries + 1,
       due_at = now() + least(300, 5 * power(2, least(tries, 10))) * interval '1 second'
     where (psp, event_id) in (
       select psp, event_id from psp_event where processed_at is null and due_at <= now()
       order by due_at limit 50 for update skip locked)
     returning psp, event_id as "eventId", psp_id as "pspId",
       payload #>> '{object,metadata,paymentId}' as "paymentId"`,
  );
export const markProcessed = (sql: Sql, { psp, eventId }: KeptEvent): Promise<number> =>
  sql.run(
    `update psp_event set processed_at = now()
     where psp = $1 and event_id = $2 and processed_at is null`,
    [psp, eventId],
  );

export interface Meant extends Payment {
  /** Its refunds that the provider has not decided, as far as we know. */
  readonly refundsSent: readonly string[];
}
/** By the provider's id, or by ours when its id never reached us. */
export const findMeant = (sql: Sql, event: KeptEvent): Promise<Meant | undefined> =>
  sql.row<Meant>(
    `select ${COLUMNS}, array(select r.id from refund r
       where r.payment_id = payment.id and r.state = 'sent' order by r.id) as "refundsSent"
     from payment
     where provider = $1 and (provider_id = $2 or (provider_id is null and id::text = $3))`,
    [event.psp, event.pspId, event.paymentId],
  );
