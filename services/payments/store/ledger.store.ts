/** The ledger and what is summed up from payments. */
import { v7 } from "uuid";
import type { Sql } from "../../../lib/sql.ts";
import type { Posting } from "../domain/ledger.ts";

/** What a posting belongs to. */
export interface Place {
  readonly currency: string;
  readonly storeId: string | null;
}

/** Writes postings. The same kind and ref a second time is refused by the database. */
export async function post(sql: Sql, { currency, storeId }: Place, postings: readonly Posting[]) {
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
/** Of these stores; of everything if none are named. */
export const balances = (sql: Sql, stores: readonly string[] | undefined): Promise<Balance[]> =>
  sql.rows<Balance>(
    `select account, currency,
       coalesce(sum(amount) filter (where amount > 0), 0)::bigint as "debitMinor",
       coalesce(-sum(amount) filter (where amount < 0), 0)::bigint as "creditMinor"
     from entry where $1::uuid[] is null or store_id = any($1::uuid[])
     group by account, currency order by account, currency limit 1000`,
    [stores ?? null],
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
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly group: "day" | "month" | "provider";
  readonly stores: readonly string[] | undefined;
}
export const report = (sql: Sql, { from, to, group, stores }: ReportRange): Promise<ReportRow[]> =>
  sql.rows<ReportRow>(
    `with moved as (
       select captured_at as at, provider, currency, store_id, amount as captured, 0 as refunded,
         1 as payments, 0 as refunds
       from payment where state = 'captured' and captured_at >= $1 and captured_at < $2
       union all
       select r.ended_at, p.provider, p.currency, p.store_id, 0, r.amount, 0, 1
       from refund r join payment p on p.id = r.payment_id
       where r.state = 'succeeded' and r.ended_at >= $1 and r.ended_at < $2
     )
     select case $3 when 'provider' then provider
         when 'month' then to_char(at at time zone 'UTC', 'YYYY-MM')
         else to_char(at at time zone 'UTC', 'YYYY-MM-DD') end as "group",
       currency, sum(payments)::int as payments, sum(refunds)::int as refunds,
       sum(captured)::bigint as "capturedMinor", sum(refunded)::bigint as "refundedMinor"
     from moved where $4::uuid[] is null or store_id = any($4::uuid[])
     group by 1, 2 order by 1, 2 limit 1000`,
    [from ?? "-infinity", to ?? "infinity", group, stores ?? null],
  );
