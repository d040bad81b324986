/** The ledger and what is summed up from payments. */
import { v7 } from "uuid";
import type { Sql } from "../../../lib/sql.ts";
import type { Posting } from "../domain/ledger.ts";
import { UNSUMMED } from "./day.store.ts";

/** The currency and the store of a posting. */
interface PostingContext {
  readonly currency: string;
  readonly storeId: string | null;
}

/** Writes postings. The same kind and ref a second time is refused by the database. */
export async function post(
  sql: Sql,
  { currency, storeId }: PostingContext,
  postings: readonly Posting[],
) {
  const booked = postings.filter(({ entries }) => entries.length > 0);
  const write = ({ kind, ref, entries }: Posting) =>
    sql.run(
      `insert into entry (tx, kind, ref, currency, store_id, account, amount)
       select $1, $2, $3, $4, $5, e.account, e.amount
       from unnest($6::text[], $7::bigint[]) as e (account, amount)`,
      [
        v7(),
        kind,
        ref,
        currency,
        storeId,
        entries.map(({ account }) => account),
        entries.map(({ amount }) => amount),
      ],
    );
  await Promise.all(booked.map(write));
}

export interface Balance {
  readonly account: string;
  readonly currency: string;
  readonly debitMinor: number;
  readonly creditMinor: number;
}
/** Returns the balances of these stores, or of all. `zone` selects the daily totals. */
export const balances = (
  sql: Sql,
  zone: string,
  stores: readonly string[] | undefined,
): Promise<Balance[]> =>
  sql.rows<Balance>(
    `with unsummed as materialized (${UNSUMMED}), booked as (
       select account, currency, store_id, debit, credit
       from ledger_total where zone = $1 and day = '-infinity'
       union all
       -- What that says of days which are to be summed anew.
       select account, currency, store_id, -debit, -credit
       from ledger_total where zone = $1
         and day in (select day from accounting_day where zone = $1 and summed_at is null)
       union all
       select account, currency, store_id, greatest(amount, 0), greatest(-amount, 0)
       from unsummed cross join lateral (
         select * from entry where at >= from_at and at < to_at) e
     )
     select account, currency, sum(debit)::bigint as "debitMinor",
       sum(credit)::bigint as "creditMinor"
     from booked where $2::uuid[] is null or store_id = any($2::uuid[])
     group by account, currency having sum(debit) <> 0 or sum(credit) <> 0
     order by account, currency limit 1000`,
    [zone, stores ?? null],
  );

export interface ReportRow {
  readonly group: string;
  readonly currency: string;
  readonly payments: number;
  readonly refunds: number;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
}
export interface ReportRange {
  /** The time zone of the days and months. */
  readonly zone: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly group: "day" | "month" | "provider";
  readonly stores: readonly string[] | undefined;
}
/** Whole days come from their totals; the rest, at most two days of a range and the last, from the rows. */
export const report = (sql: Sql, range: ReportRange): Promise<ReportRow[]> =>
  sql.rows<ReportRow>(REPORT, [
    range.zone,
    range.from ?? "-infinity",
    range.to ?? "infinity",
    range.group,
    range.stores ?? null,
  ]);

const REPORT = `with rest as materialized (
    select greatest(from_at, $2) as from_at, least(to_at, $3) as to_at from (
      ${UNSUMMED}
      union all select from_at, to_at from accounting_day
      where zone = $1 and summed_at is not null
        and (from_at < $2 and to_at > $2 or from_at < $3 and to_at > $3)
    ) span where from_at < to_at and greatest(from_at, $2) < least(to_at, $3)
  ), moved as (
    select day, provider, currency, store_id, payments, captured, refunds, refunded
    from accounting_day d join payment_total t using (zone, day)
    where zone = $1 and summed_at is not null and from_at >= $2 and to_at <= $3
    union all
    select (captured_at at time zone $1)::date, provider, currency, store_id, 1, amount, 0, 0
    from rest cross join lateral (
      select * from payment
      where state = 'captured' and captured_at >= from_at and captured_at < to_at) p
    union all
    select (ended_at at time zone $1)::date, provider, currency, store_id, 0, 0, 1, r.amount
    from rest cross join lateral (
      select * from refund
      where state = 'succeeded' and ended_at >= from_at and ended_at < to_at) r
      join payment p on p.id = r.payment_id
  )
  select case $4 when 'provider' then provider when 'month' then to_char(day, 'YYYY-MM')
      else to_char(day, 'YYYY-MM-DD') end as "group",
    currency, sum(payments)::int as payments, sum(refunds)::int as refunds,
    sum(captured)::bigint as "capturedMinor", sum(refunded)::bigint as "refundedMinor"
  from moved where $5::uuid[] is null or store_id = any($5::uuid[])
  group by 1, 2 order by 1, 2 limit 1000`;
