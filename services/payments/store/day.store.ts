/** Days that are over, and what was booked in them. See 0005_daily_totals.sql. */
import type { Sql } from "../../../lib/sql.ts";

/** Spans of `$1`'s zone that no total covers: days to be summed, and all before and after the days. */
export const UNSUMMED = `
  select from_at, to_at from accounting_day where zone = $1 and summed_at is null
  union all select '-infinity',
    (select from_at from accounting_day where zone = $1 order by day limit 1)
  union all select coalesce(
    (select to_at from accounting_day where zone = $1 order by day desc limit 1), '-infinity'), 'infinity'`;

const YESTERDAY = "(now() at time zone $1)::date - 1";
/** The day after the last stored one; at first, the day of the first posting. */
const NEXT = `coalesce(
  (select day + 1 from accounting_day where zone = $1 order by day desc limit 1),
  (least((select min(at) from entry),
         (select min(captured_at) from payment where state = 'captured'),
         (select min(ended_at) from refund where state = 'succeeded')) at time zone $1)::date)`;

/** Returns true if days have ended that `addDays` has not added. */
export async function daysAreMissing(sql: Sql, zone: string): Promise<boolean> {
  const row = await sql.row<{ missing: boolean | null }>(
    `select ${NEXT} <= ${YESTERDAY} as missing`,
    [zone],
  );
  return row?.missing === true;
}

/**
 * Adds the days that have ended, to be summed. Runs in a transaction of its own, which waits for
 * all open postings and blocks new ones: so its lock timeout is short.
 * @throws DatabaseBusy
 */
export async function addDays(sql: Sql, zone: string): Promise<number> {
  await sql.run("set local lock_timeout = '200ms'");
  await sql.run("select pg_advisory_xact_lock(hashtext('payments.days'), 0)");
  return sql.run(
    `insert into accounting_day (zone, day, from_at, to_at)
     select $1, day, day_starts(day, $1), day_starts(day + 1, $1)
     from (select generate_series(${NEXT}, ${YESTERDAY}, interval '1 day')::date as day) days`,
    [zone],
  );
}

interface Day {
  readonly day: string;
  readonly from_at: Date;
  readonly to_at: Date;
}
/** A day to be summed, locked; undefined when there is none, or another node is summing. */
export async function takeDay(sql: Sql, zone: string): Promise<Day | undefined> {
  const lock = await sql.row<{ mine: boolean }>(
    "select pg_try_advisory_xact_lock(hashtext('payments.totals'), 0) as mine",
  );
  if (!lock?.mine) return undefined;
  return sql.row<Day>(
    `select day::text, from_at, to_at from accounting_day where zone = $1 and summed_at is null
     order by day limit 1 for update skip locked`,
    [zone],
  );
}

/**
 * Sums what was booked in a day that the transaction has taken. The day's row is locked before anything is
 * read: who books in it later waits, and reopens it.
 */
export async function sumDay(sql: Sql, zone: string, { day, from_at, to_at }: Day): Promise<void> {
  const values = [zone, day, from_at, to_at];
  await sql.run(FORGET_LEDGER, [zone, day]);
  await sql.run(SUM_LEDGER, values);
  await sql.run("delete from payment_total where zone = $1 and day = $2", [zone, day]);
  await sql.run(SUM_PAYMENTS, values);
  await sql.run("update accounting_day set summed_at = now() where zone = $1 and day = $2", [
    zone,
    day,
  ]);
}

const FORGET_LEDGER = `with old as (
    delete from ledger_total where zone = $1 and day = $2 returning *)
  update ledger_total t set debit = t.debit - old.debit, credit = t.credit - old.credit
  from old where t.zone = $1 and t.day = '-infinity' and t.account = old.account
    and t.currency = old.currency and t.store_id is not distinct from old.store_id`;

const SUM_LEDGER = `with fresh as (
    select account, currency, store_id, sum(greatest(amount, 0)) as debit,
      sum(greatest(-amount, 0)) as credit
    from entry where at >= $3 and at < $4 group by account, currency, store_id
  ), kept as (
    insert into ledger_total (zone, day, account, currency, store_id, debit, credit)
    select $1, $2, account, currency, store_id, debit, credit from fresh)
  insert into ledger_total as t (zone, day, account, currency, store_id, debit, credit)
  select $1, '-infinity', account, currency, store_id, debit, credit from fresh
  on conflict (zone, day, account, currency, store_id) do update
    set debit = t.debit + excluded.debit, credit = t.credit + excluded.credit`;

const SUM_PAYMENTS = `insert into payment_total
    (zone, day, provider, currency, store_id, payments, captured, refunds, refunded)
  select $1, $2, provider, currency, store_id, sum(payments), sum(captured), sum(refunds), sum(refunded)
  from (
    select provider, currency, store_id, 1 as payments, amount as captured, 0 as refunds, 0 as refunded
    from payment where state = 'captured' and captured_at >= $3 and captured_at < $4
    union all
    select p.provider, p.currency, p.store_id, 0, 0, 1, r.amount
    from refund r join payment p on p.id = r.payment_id
    where r.state = 'succeeded' and r.ended_at >= $3 and r.ended_at < $4
  ) moved group by provider, currency, store_id`;
