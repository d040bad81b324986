/** Daily totals: at every moment the sums are those of the rows, to the cent, whatever is summed already. */
import { v7 } from "uuid";
import { Sequelize } from "sequelize";
import { databaseOf, type Db } from "../../../lib/database.ts";
import { driver } from "../../../lib/driver.ts";
import type { Sql } from "../../../lib/sql.ts";
import { closeDays } from "../../../services/payments/workflows/close-days.ts";
import {
  addDays,
  daysAreMissing,
  sumDay,
  takeDay,
} from "../../../services/payments/store/day.store.ts";
import { INVARIANTS } from "../../../services/payments/invariants.ts";
import {
  type Balance,
  balances,
  report,
  type ReportRange,
  type ReportRow,
} from "../../../services/payments/store/ledger.store.ts";
import { readBy } from "../../support/explain.ts";
import { dropDatabases, giveDatabase } from "../../support/test-databases.ts";
import { watched } from "../../support/invariants.ts";

const miscounted = watched(INVARIANTS, "miscounted");

const PARIS = "Europe/Paris";
const [storeA, storeB] = [v7(), v7()];
let sequelize: Sequelize;
let db: Db;

beforeEach(async () => {
  sequelize = new Sequelize(await giveDatabase("payments"), {
    dialectModule: driver,
    logging: false,
    pool: { max: 10 },
  });
  db = databaseOf(sequelize, {
    ready: () => true,
    onPublished: () => undefined,
    warn: () => undefined,
  });
});
afterEach(async () => {
  await sequelize.close();
  await dropDatabases();
});

interface Sale {
  readonly at: string;
  readonly amount?: number;
  readonly storeId?: string | null;
  readonly provider?: string;
  readonly refunded?: number;
}
/** A captured payment, and its refund at the same moment, with their entries. */
async function sell(sql: Sql, { at, amount = 1_000, storeId = storeA, ...more }: Sale) {
  const { provider = "simulator", refunded = 0 } = more;
  const [id, refundId] = [v7(), v7()];
  await sql.run(
    `insert into payment (id, order_id, customer_id, store_id, provider, currency, amount, state,
       captured_at, refunded)
     values ($1, gen_random_uuid(), gen_random_uuid(), $2, $3, 'EUR', $4, 'captured', $5, $6)`,
    [id, storeId, provider, amount, at, refunded],
  );
  await book(sql, { kind: "capture", ref: id, amount, at, storeId });
  if (refunded === 0) return;
  await sql.run(
    `insert into refund (id, payment_id, amount, state, reason, ended_at)
     values ($1, $2, $3, 'succeeded', 'broken', $4)`,
    [refundId, id, refunded, at],
  );
  await book(sql, { kind: "refund", ref: refundId, amount: -refunded, at, storeId });
}
const book = (
  sql: Sql,
  entry: { kind: string; ref: string; amount: number; at: string; storeId: string | null },
) =>
  sql.run(
    `insert into entry (tx, kind, ref, currency, store_id, account, amount, at)
     select $6, $1, $2, 'EUR', $3, a.account, a.amount, $5 from (values
       ('psp_clearing', $4::bigint), ('customer_orders', -$4::bigint)) a (account, amount)`,
    [entry.kind, entry.ref, entry.storeId, entry.amount, entry.at, v7()],
  );

type Range = Partial<ReportRange>;
const reported = (range: Range = {}, sql = db.sql): Promise<ReportRow[]> =>
  report(sql, {
    zone: PARIS,
    from: undefined,
    to: undefined,
    group: "day",
    stores: undefined,
    ...range,
  });

/** The same sums from the rows themselves. */
const balancesByRows = (sql: Sql, stores?: string[]) =>
  sql.rows<Balance>(
    `select account, currency, coalesce(sum(amount) filter (where amount > 0), 0)::bigint as "debitMinor",
       coalesce(-sum(amount) filter (where amount < 0), 0)::bigint as "creditMinor"
     from entry where $1::uuid[] is null or store_id = any($1) group by 1, 2 order by 1, 2`,
    [stores ?? null],
  );
const reportByRows = (sql: Sql, { zone = PARIS, from, to, group, stores }: Range = {}) =>
  sql.rows<ReportRow>(
    `select case $3 when 'provider' then provider when 'month' then to_char(at, 'YYYY-MM')
         else to_char(at, 'YYYY-MM-DD') end as "group", currency,
       sum(p)::int as payments, sum(r)::int as refunds, sum(c)::bigint as "capturedMinor",
       sum(g)::bigint as "refundedMinor"
     from (
       select captured_at as moment, captured_at at time zone $5 as at, provider, currency, store_id,
         1 as p, 0 as r, amount as c, 0 as g from payment where state = 'captured'
       union all
       select ended_at, ended_at at time zone $5, provider, currency, store_id, 0, 1, 0, r.amount
       from refund r join payment p on p.id = r.payment_id where r.state = 'succeeded') x
     where moment >= $1 and moment < $2 and ($4::uuid[] is null or store_id = any($4))
     group by 1, 2 order by 1, 2`,
    [from ?? "-infinity", to ?? "infinity", group ?? "day", stores ?? null, zone],
  );

/** Compares all sums with the rows, as both are at one moment. */
const isExact = (ranges: readonly Range[] = [{}]) =>
  db.transaction(async (tx) => {
    const sql = db.in(tx);
    await sql.run("set transaction isolation level repeatable read");
    for (const stores of [undefined, [storeA], [storeB]]) {
      expect(await balances(sql, PARIS, stores)).toEqual(await balancesByRows(sql, stores));
      for (const range of ranges) {
        const asked = { ...range, ...(stores && { stores }) };
        expect(await reported(asked, sql)).toEqual(await reportByRows(sql, asked));
      }
    }
  });
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const statesOf = async () =>
  (
    await db.sql.rows<{ summed: boolean }>(
      "select summed_at is not null as summed from accounting_day order by day",
    )
  ).map(({ summed }) => summed);

describe("a day is that of the company's zone", () => {
  test("half past midnight in Paris on the 1st is the 1st, whatever UTC says", async () => {
    await sell(db.sql, { at: "2026-06-30T22:30:00Z", refunded: 300 });
    await sell(db.sql, { at: "2026-06-30T21:30:00Z", amount: 50 });
    const june = { group: "2026-06", payments: 1, capturedMinor: 50 };
    const july = {
      group: "2026-07",
      payments: 1,
      refunds: 1,
      capturedMinor: 1_000,
      refundedMinor: 300,
    };
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await reported({ group: "month" })).toMatchObject([june, july]);
      expect(await reported()).toMatchObject([{ group: "2026-06-30" }, { group: "2026-07-01" }]);
      expect(await reported({ zone: "UTC" })).toMatchObject([{ group: "2026-06-30", payments: 2 }]);
      await closeDays(db, PARIS);
    }
  });

  test.each([
    ["Europe/Paris", "2026-03-29", 23, "2026-03-28T23:00:00.000Z"],
    ["Europe/Paris", "2026-10-25", 25, "2026-10-24T22:00:00.000Z"],
    ["Europe/Paris", "2026-06-01", 24, "2026-05-31T22:00:00.000Z"],
    // Clocks go from 24:00 to 01:00, and from 01:00 back to 00:00: midnight is not there, or twice.
    ["America/Santiago", "2026-09-06", 23, "2026-09-06T04:00:00.000Z"],
    ["America/Havana", "2026-11-01", 25, "2026-11-01T04:00:00.000Z"],
    ["Asia/Kathmandu", "2026-01-01", 24, "2025-12-31T18:15:00.000Z"],
  ])("%s %s has %i hours", async (zone, day, hours, start) => {
    const [row] = await db.sql.rows<{ from: Date; hours: number }>(
      `select day_starts($1::date, $2) as "from",
         (extract(epoch from day_starts($1::date + 1, $2) - day_starts($1::date, $2)) / 3600)::int as hours`,
      [day, zone],
    );
    expect(row).toEqual({ from: new Date(start), hours });

    const halfHours = Array.from({ length: 60 }, (_, n) => n - 8);
    await Promise.all(
      halfHours.map((n) =>
        sell(db.sql, {
          at: new Date(Date.parse(start) + n * 1_800_000).toISOString(),
          amount: 1_000 + n,
        }),
      ),
    );
    const before = await reportByRows(db.sql, { zone });
    expect(await reported({ zone })).toEqual(before);
    await closeDays(db, zone);
    expect(await reported({ zone })).toEqual(before);
    expect(before.find(({ group }) => group === day)?.payments).toBe(hours * 2);
  });
});

test("ranges that begin and end within days are exact", async () => {
  for (let n = 0; n < 40; n += 1)
    await sell(db.sql, {
      at: daysAgo(n / 4),
      amount: 100 + n,
      storeId: n % 3 === 0 ? storeB : storeA,
      provider: n % 5 === 0 ? "cash" : "simulator",
      refunded: n % 4 === 0 ? 7 : 0,
    });
  const ranges = [0.1, 1.3, 3, 4.5, 20].flatMap((begin) =>
    [0, 0.2, 1.4, 3, 5.5].flatMap((end) =>
      (["day", "month", "provider"] as const).map((group) => ({
        group,
        from: daysAgo(begin),
        to: daysAgo(end),
      })),
    ),
  );
  await isExact(ranges);
  await closeDays(db, PARIS);
  expect(await statesOf()).toContain(true);
  expect(await statesOf()).not.toContain(false);
  await isExact(ranges);
  expect(await miscounted(db.sql)).toBe(0);
});

test("what is booked in a day that was summed reopens it, and it is summed anew", async () => {
  for (const days of [1, 2, 3, 4]) await sell(db.sql, { at: daysAgo(days) });
  await closeDays(db, PARIS);
  expect(await statesOf()).toEqual([true, true, true, true]);
  await sell(db.sql, { at: daysAgo(3), amount: 77, refunded: 7 });
  expect(await statesOf()).toEqual([true, false, true, true]);
  await isExact();
  await closeDays(db, PARIS);
  expect(await statesOf()).toEqual([true, true, true, true]);
  await isExact();
  // Also before the first day that is kept.
  await sell(db.sql, { at: daysAgo(400), amount: 9 });
  await isExact();
  expect(await miscounted(db.sql)).toBe(0);
});

test("a posting that began before its day was closed, and ends after, is counted", async () => {
  await sell(db.sql, { at: daysAgo(2) });
  let commit = () => {};
  const mayCommit = new Promise<void>((resolve) => (commit = resolve));
  let posted = () => {};
  const hasPosted = new Promise<void>((resolve) => (posted = resolve));
  const posting = db.transaction(async (tx) => {
    await sell(db.in(tx), { at: daysAgo(1), amount: 5 });
    posted();
    await mayCommit;
  });
  await hasPosted;
  // Closing waits for it, and not for long: it is done at another turn.
  await expect(closeDays(db, PARIS)).rejects.toMatchObject({ retryable: true });
  await isExact();
  commit();
  await posting;
  await closeDays(db, PARIS);
  expect(await statesOf()).toEqual([true, true]);
  await isExact();

  // One that comes while its day is being summed waits, and reopens it.
  await sell(db.sql, { at: daysAgo(1), amount: 6 });
  let late: Promise<void> | undefined;
  await db.transaction(async (tx) => {
    const day = await takeDay(db.in(tx), PARIS);
    late = sell(db.sql, { at: daysAgo(1), amount: 7 });
    if (day) await sumDay(db.in(tx), PARIS, day);
  });
  await late;
  expect(await statesOf()).toEqual([true, false]);
  await isExact();
});

test("killed between any two steps, it is exact, and goes on where it stood", async () => {
  for (const days of [1, 2, 3]) await sell(db.sql, { at: daysAgo(days), refunded: 1 });
  await db.transaction((tx) => addDays(db.in(tx), PARIS));
  expect(await daysAreMissing(db.sql, PARIS)).toBe(false);
  await isExact();
  for (let statements = 1; statements <= 5; statements += 1) {
    const [backend] = await db.sql.rows<{ pid: number }>("select pg_backend_pid() as pid");
    expect(backend?.pid).toBeGreaterThan(0);
    let left = statements;
    const dying = db.transaction(async (tx) => {
      const sql = db.in(tx);
      const day = await takeDay(sql, PARIS);
      const killed: Sql = {
        ...sql,
        run: async (text, values) => {
          const rows = await sql.run(text, values);
          left -= 1;
          if (left === 0) await sql.run("select pg_terminate_backend(pg_backend_pid())");
          return rows;
        },
      };
      if (day) await sumDay(killed, PARIS, day);
    });
    await expect(dying).rejects.toMatchObject({ retryable: true });
    expect(await statesOf()).toEqual([false, false, false]);
    await isExact();
  }
  await closeDays(db, PARIS);
  expect(await statesOf()).toEqual([true, true, true]);
  await isExact();
});

test("replayed from the ledger, all totals are the same", async () => {
  for (let n = 1; n < 30; n += 1) await sell(db.sql, { at: daysAgo(n / 3), refunded: n % 2 });
  await closeDays(db, PARIS);
  const totals = () =>
    db.sql.rows(
      "select zone, day::text, account, currency, store_id, debit, credit from ledger_total order by 1, 2, 3, 4, 5",
    );
  const before = await totals();
  await db.sql.run("update accounting_day set summed_at = null");
  await closeDays(db, PARIS);
  expect(await totals()).toEqual(before);
  await db.sql.run("delete from accounting_day");
  await db.sql.run("delete from ledger_total");
  await db.sql.run("delete from payment_total");
  await isExact();
  await closeDays(db, PARIS);
  expect(await totals()).toEqual(before);
  await isExact();
});

test("the invariant finds a total that is not what the rows say", async () => {
  for (const days of [1, 2]) await sell(db.sql, { at: daysAgo(days), refunded: 3 });
  await closeDays(db, PARIS);
  for (const [spoil, restore] of [
    [
      "update ledger_total set debit = debit + 1 where day > '-infinity' and debit > 0",
      "debit = debit - 1 where day > '-infinity' and debit > 0",
    ],
    [
      "update ledger_total set credit = credit + 1 where day = '-infinity'",
      "credit = credit - 1 where day = '-infinity'",
    ],
  ] as const) {
    await db.sql.run(spoil);
    expect(await miscounted(db.sql)).toBeGreaterThan(0);
    await db.sql.run(`update ledger_total set ${restore}`);
    expect(await miscounted(db.sql)).toBe(0);
  }
  for (const column of ["captured", "payments", "refunded", "refunds"]) {
    await db.sql.run(`update payment_total set ${column} = ${column} + 1`);
    expect(await miscounted(db.sql)).toBeGreaterThan(0);
    await db.sql.run(`update payment_total set ${column} = ${column} - 1`);
    expect(await miscounted(db.sql)).toBe(0);
  }
});

test("while many book, late and slowly, and two nodes close days, the sums are exact at every moment", async () => {
  for (let n = 1; n < 8; n += 1) await sell(db.sql, { at: daysAgo(n) });
  const stop = new AbortController();
  let sold = 0;
  const seller = async () => {
    while (!stop.signal.aborted)
      await db
        .transaction(async (tx) => {
          const sql = db.in(tx);
          await sell(sql, {
            at: daysAgo(Math.random() * 8),
            amount: 1 + (sold % 9),
            refunded: sold % 2,
          });
          await sql.run("select pg_sleep(0.005)");
          sold += 1;
          if (sold % 7 === 0) throw new Error("rolled back");
        })
        .catch((error: Error) => {
          if (error.message !== "rolled back") throw error;
        });
  };
  const closer = async () => {
    while (!stop.signal.aborted)
      await closeDays(db, PARIS).catch((error: { retryable?: boolean }) => {
        if (error.retryable !== true) throw error as Error;
      });
  };
  const others = [seller(), seller(), seller(), closer(), closer()];
  try {
    for (const until = Date.now() + 6_000; Date.now() < until;)
      await isExact([{}, { from: daysAgo(5.3), to: daysAgo(1.1), group: "provider" }]);
  } finally {
    stop.abort();
    await Promise.all(others);
  }
  expect(sold).toBeGreaterThan(50);
  await closeDays(db, PARIS);
  expect(await statesOf()).not.toContain(false);
  await isExact();
  expect(await miscounted(db.sql)).toBe(0);
}, 60_000);

test("once days are summed, reports read totals and the last day, not history", async () => {
  await db.sql.run(
    `insert into payment (id, order_id, customer_id, store_id, provider, currency, amount, state,
       captured_at)
     select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), $1, 'simulator', 'EUR', n,
       'captured', now() - n * interval '8 minutes' from generate_series(1, 15000) n`,
    [storeA],
  );
  await db.sql.run(
    `insert into entry (tx, kind, ref, currency, store_id, account, amount, at)
     select id, 'capture', id, currency, store_id, a.account, a.sign * amount, captured_at
     from payment, (values ('psp_clearing', 1), ('customer_orders', -1)) a (account, sign)`,
  );
  await db.sql.run("analyze payment, entry, refund");
  const whole = await readBy(db.sql, (sql) => balances(sql, PARIS, undefined));
  expect(whole.rows).toBeGreaterThan(30_000);
  await closeDays(db, PARIS);
  await isExact();
  // Today and yesterday are at most 360 payments.
  const trial = await readBy(db.sql, (sql) => balances(sql, PARIS, undefined));
  expect(trial.whole).not.toContain("entry");
  expect(trial.rows).toBeLessThan(3_000);
  for (const range of [{}, { from: daysAgo(60.5), to: daysAgo(30.5) }, { from: daysAgo(0.5) }]) {
    const seen = await readBy(db.sql, (sql) => reported(range, sql));
    expect(seen.whole.filter((table) => table === "payment" || table === "entry")).toEqual([]);
    expect(seen.rows).toBeLessThan(4_000);
  }
}, 60_000);
