/** Rows that have had their time: many of them, on many nodes, and while a node leaves. */
import { deleteInBatches } from "../../lib/delete-in-batches.ts";
import type { Sql } from "../../lib/sql.ts";
import type { DatabaseService } from "../../mixins/database.mixin.ts";
import { aFeed } from "../support/a-feed.ts";
import { eventually, stage, type Stage } from "../support/stage.ts";

type Forgetful = DatabaseService & { forget(): Promise<void> };

let harness: Stage;
beforeAll(async () => {
  harness = await stage([aFeed("kitchen")]);
  const { sql } = harness.db("kitchen");
  await sql.run("create table tea (id int primary key, at timestamptz not null)");
  await sql.run("create index tea_at on tea (at)");
});
beforeEach(async () => {
  await harness.db("kitchen").sql.run("truncate tea");
});
afterAll(() => harness.leave());
const db = () => harness.db("kitchen");

const expired = { table: "tea", at: "at", until: new Date("2026-01-01T00:00:00.000Z") };
/** Many of the same moment: an age is no key. */
const pour = (count: number, young: number) =>
  db().sql.run(
    `insert into tea select n, case when n <= $1
       then timestamptz '2025-01-01' + (n / 700) * interval '1 microsecond' else '2026-01-02' end
     from generate_series(1, $1::int + $2::int) as n`,
    [count, young],
  );
const left = async () =>
  (await db().sql.row<{ left: number }>(`select count(*) as left from tea`))?.left;
/** How many rows were there before each statement. */
function watched(): Sql & { readonly statements: number[] } {
  const statements: number[] = [];
  return {
    ...db().sql,
    statements,
    row: async (text, values) => {
      statements.push((await left()) ?? 0);
      return db().sql.row(text, values);
    },
  };
}

test("all of them were deleted in one statement, which met its limit: it is 500 rows each", async () => {
  await pour(1_700, 3);
  const sql = watched();
  expect(await deleteInBatches(sql, expired)).toBe(1_700);
  expect(sql.statements).toEqual([1_703, 1_203, 703, 203, 3]);
  expect(await left()).toBe(3);
});

test("of nodes that begin at once one goes on, and all is deleted once", async () => {
  await pour(6_000, 1);
  const nodes = Array.from({ length: 5 }, watched);
  const deleted = await Promise.all(nodes.map((sql) => deleteInBatches(sql, expired)));
  expect(deleted.reduce((sum, one) => sum + one, 0)).toBe(6_000);
  expect(await left()).toBe(1);
  const statements = nodes.reduce((sum, sql) => sum + sql.statements.length, 0);
  expect(statements).toBeLessThanOrEqual(13 + nodes.length - 1);
});

test("while another node is at it, a node leaves it to that one", async () => {
  await pour(10, 0);
  await db().transaction(async (tx) => {
    await db().in(tx).row("select pg_advisory_xact_lock(hashtext('expired tea'))");
    expect(await deleteInBatches(db().sql, expired)).toBe(0);
  });
  expect(await deleteInBatches(db().sql, expired)).toBe(10);
});

test("a node that leaves deletes no further", async () => {
  await pour(1_700, 0);
  const sql = watched();
  expect(await deleteInBatches(sql, expired, () => sql.statements.length < 2)).toBe(1_000);
});

test("a row that somebody holds does not hold up the others", async () => {
  await pour(20, 0);
  await db().transaction(async (tx) => {
    await db().in(tx).run("select 1 from tea where id = 7 for update");
    expect(await deleteInBatches(db().sql, expired)).toBe(19);
  });
});

describe("the answers that a service has given", () => {
  const keys = (age: string, count: number) =>
    db().sql.run(
      `insert into idempotency (principal, key, req_sha256, created_at)
       select 'p', n::text || $1::text, '', now() - $1::interval from generate_series(1, $2::int) as n`,
      [age, count],
    );
  const retained = async () =>
    (await db().sql.row<{ kept: number }>("select count(*) as kept from idempotency"))?.kept;

  test("are forgotten by the service itself, until none is left that is old", async () => {
    await keys("8 days", 1_200);
    await keys("6 days", 2);
    await harness.service<Forgetful>("kitchen").forget();
    expect(await retained()).toBe(2);
  });

  test("a failure is logged", async () => {
    const service = harness.service<Forgetful>("kitchen");
    const warned: unknown[] = [];
    service.logger.warn = (...words: unknown[]) => void warned.push(...words);
    await db().sql.run("alter table idempotency rename to elsewhere");
    await service.forget();
    await db().sql.run("alter table elsewhere rename to idempotency");
    expect(warned).toEqual([
      "Old answers could not be forgotten.",
      expect.objectContaining({ code: "42P01" }),
    ]);
  });

  test("a service that stops leaves the rest to others", async () => {
    const other = await stage([aFeed("leaver")]);
    const { sql } = other.db("leaver");
    await sql.run(
      `insert into idempotency (principal, key, req_sha256, created_at)
       select 'p', n::text, '', now() - interval '8 days' from generate_series(1, 40000) as n`,
    );
    const url = process.env.LEAVER_DATABASE_URL;
    const service = other.service<Forgetful>("leaver");
    const forgetting = service.forget();
    await eventually(async () => {
      const row = await sql.row<{ n: number }>("select count(*) as n from idempotency");
      expect(row?.n).toBeLessThan(40_000);
    });
    await other.node("leaver").stop();
    await forgetting;
    const after = new (await import("pg")).default.Client({ connectionString: url });
    await after.connect();
    const { rows } = await after.query("select count(*) as n from idempotency");
    await after.end();
    expect(Number(rows[0].n)).toBeGreaterThan(0);
    await other.leave();
  });
});
