/** Invariants of payments and of their books. */
import type { Invariant } from "../../lib/invariants.ts";
import { RefundFailed } from "./payments.contract.ts";

const unbalanced = (entries: string) =>
  `select 1 from ${entries} group by tx, currency having sum(amount) <> 0`;
const unread = (when: string) =>
  `select 1 from psp_event where processed_at is null and received_at ${when}`;

export const INVARIANTS: readonly Invariant[] = [
  {
    id: "I10",
    rule: "Nobody is charged twice.",
    violations: `select order_id from payment where state = 'captured'
      group by 1 having count(*) > 1`,
  },
  {
    id: "I11",
    rule: "The ledger balances.",
    violations: unbalanced("entry"),
    // The last day's only, so that it stays cheap: what is older was looked at when it was new.
    watched: {
      as: "unbalanced",
      sql: unbalanced("(select * from entry where at > now() - interval '1 day') entry"),
    },
  },
  {
    id: "I12",
    rule: "The ledger is what was captured less what was given back.",
    violations: `select 1 from (
        select currency, sum(amount) as a from entry
        where account in ('psp_clearing', 'cash')
          and kind in ('capture', 'refund', 'cash_in', 'cash_out')
        group by 1
      ) as booked
      full join (
        select currency,
          sum(case when state = 'captured' then amount else 0 end) - sum(refunded) as a
        from payment group by 1
      ) as known using (currency)
      where coalesce(booked.a, 0) <> coalesce(known.a, 0)`,
  },
  {
    id: "I13",
    rule: "What is refunded is the sum of refunds.",
    violations: `select 1 from payment y left join (
        select payment_id, coalesce(sum(amount) filter (where state = 'succeeded'), 0) as done,
          coalesce(sum(amount) filter (where state in ('requested', 'sent')), 0) as pending
        from refund group by 1) r on r.payment_id = y.id
      where y.refunded <> coalesce(r.done, 0) or y.refund_pending <> coalesce(r.pending, 0)`,
  },
  {
    id: "I27",
    rule: "No message of a payment provider is left unread.",
    violations: unread("is not null"),
    watched: { as: "unread", sql: unread("< now() - interval '10 minutes'") },
  },
  {
    id: "I30",
    rule: "What became of a payment was published.",
    // A payment that was closed in favour of one with another provider is not published.
    violations: `with due (name, order_id, refund_id) as (
        select 'payment.' || state, order_id, null::uuid from payment p
        where state = 'captured' or (state = 'closed' and customer_id is not null
          and not exists (select 1 from payment later
                          where later.order_id = p.order_id and later.created_at > p.created_at))
        union all
        select 'refund.' || r.state, order_id, r.id from refund r join payment p on p.id = payment_id
        where r.state in ('succeeded', 'failed'))
      select 1 from due where not exists (
        select 1 from event e where e.name = due.name and e.key = order_id::text
          and (refund_id is null or e.data ->> 'refundId' = refund_id::text))`,
  },
  {
    id: "I34",
    rule: "An attempt ends with its payment.",
    violations: `select a.id from attempt a join payment p on p.id = a.payment_id
      where p.state in ('captured', 'closed') and a.state in ('sent', 'processing')`,
  },
  {
    id: "I35",
    rule: "Cash is decided under the lock of its payment, and never captured late.",
    violations: `select l.id from late_capture l join payment p on p.id = l.payment_id
      where p.provider = 'cash'`,
  },
  {
    id: "I36",
    rule: "Money that came too late went back, or people were told that it cannot.",
    violations: `select id from late_capture
      where state not in ('succeeded', 'failed') or state = 'failed' and not exists (
        select 1 from event e where name = '${RefundFailed.name}'
          and e.data ->> 'refundId' = late_capture.id::text)`,
    watched: {
      as: "unclaimed",
      sql: `select 1 from late_capture
        where state = 'failed'
          or state in ('requested', 'sent') and created_at < now() - interval '1 hour'`,
    },
  },
  {
    id: "I37",
    rule: "Totals of days are what the rows say.",
    /*
     * Of the three days summed last, and the sum of all days. A summed day is exact at every moment,
     * so there is nothing to wait for.
     */
    violations: `with latest as (
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
      select from differing group by zone, account, currency, store_id, day
      having sum(debit) <> 0 or sum(credit) <> 0`,
    watched: { as: "miscounted" },
  },
];
