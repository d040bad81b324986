/** What must hold in the books. Each counts the rows that must not be. */
import type { Sql } from "../../../lib/sql.ts";

/** Of the last day, so that it stays cheap: what is older was looked at when it was new. */
export const unbalanced = (sql: Sql): Promise<number> =>
  counted(
    sql,
    `select count(*) as n from (
       select tx, currency from entry where at > now() - interval '1 day'
       group by tx, currency having sum(amount) <> 0) x`,
  );

/** Money that is not ours and was not given back within an hour, or cannot be. */
export const unclaimed = (sql: Sql): Promise<number> =>
  counted(
    sql,
    `select count(*) as n from late_capture
     where state = 'failed'
        or state in ('requested', 'sent') and created_at < now() - interval '1 hour'`,
  );

/** Words of a provider that nobody could read for ten minutes. */
export const unread = (sql: Sql): Promise<number> =>
  counted(
    sql,
    `select count(*) as n from psp_event
     where processed_at is null and received_at < now() - interval '10 minutes'`,
  );

/**
 * Totals that are not what the rows say: of the three days summed last, and the sum of all days. A summed
 * day is exact at every moment, so there is nothing to wait for.
 */
export const miscounted = (sql: Sql): Promise<number> =>
  counted(
    sql,
    `with latest as (
       select * from accounting_day where summed_at is not null order by summed_at desc, day limit 3
     ), differing as (
       select zone, account, currency, store_id, 0::bigint as day, debit, credit from ledger_total
       where day > '-infinity'
       union all
       select zone, account, currency, store_id, 0, -debit, -credit from ledger_total
       where day = '-infinity'
       union all
       select zone, account, currency, store_id, extract(julian from day)::bigint, debit, credit
       from latest join ledger_total using (zone, day)
       union all
       select zone, account, currency, store_id, extract(julian from day)::bigint,
         -greatest(amount, 0), -greatest(-amount, 0)
       from latest cross join lateral (
         select * from entry where at >= from_at and at < to_at) e
       union all
       select zone, provider, currency, store_id, extract(julian from day)::bigint, captured, payments
       from latest join payment_total using (zone, day)
       union all
       select zone, provider, currency, store_id, extract(julian from day)::bigint, -amount, -1
       from latest cross join lateral (select * from payment
         where state = 'captured' and captured_at >= from_at and captured_at < to_at) p
       union all
       select zone, 'refunds', currency, store_id, extract(julian from day)::bigint, refunded, refunds
       from latest join payment_total using (zone, day)
       union all
       select zone, 'refunds', currency, store_id, extract(julian from day)::bigint, -r.amount, -1
       from latest cross join lateral (select * from refund
         where state = 'succeeded' and ended_at >= from_at and ended_at < to_at) r
         join payment p on p.id = r.payment_id
     )
     select count(*) as n from (
       select from differing group by zone, account, currency, store_id, day
       having sum(debit) <> 0 or sum(credit) <> 0) x`,
  );

const counted = async (sql: Sql, text: string): Promise<number> =>
  (await sql.row<{ n: number }>(text))?.n ?? 0;
