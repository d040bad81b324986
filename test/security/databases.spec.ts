/** What the role of a service can do with databases: its rows, and nothing else. */
import { DOMAINS } from "../../services/registry.ts";
import {
  appUrl,
  databaseOf,
  dropMade,
  makeSystem,
  refused,
  sql,
  urlFor,
} from "./support/databases.ts";

beforeAll(makeSystem, 60_000);
afterAll(dropMade, 60_000);

describe.each(DOMAINS)("the role of %s", (name) => {
  const mine = databaseOf(name);
  const app = appUrl(mine);

  test("cannot connect to the database of another, nor can its owner", async () => {
    const others = [
      ...DOMAINS.filter((it) => it !== name).map((it) => databaseOf(it).name),
      "postgres",
      "template1",
    ];
    await Promise.all(
      others.flatMap((other) => [
        refused(urlFor(mine, other), "select 1"),
        refused(urlFor(mine.owner, other), "select 1"),
      ]),
    );
  });

  test.each([
    "create table mine (id int)",
    "create schema mine",
    "create function mine() returns int language sql return 1",
    "create extension pg_buffercache",
    "create role mine",
    "alter table event add column mine int",
    "alter table event disable trigger all",
    "drop trigger event_kept on event",
    "create trigger mine before insert on event for each row execute function append_only()",
    "create or replace function append_only() returns trigger language plpgsql as 'begin return new; end'",
    "create index mine on event (name)",
    "drop table event",
    "truncate event",
    "truncate saga",
    "do $$ begin lock table event in access exclusive mode; end $$",
    "insert into migration (name) values ('9999_mine.sql')",
    "delete from migration",
    "update event set data = '{}'",
    "do $$ begin perform set_config('comptoir.erasing', 'on', true); update event set data = '{}'; end $$",
    "update event set at = now()",
    "delete from event",
    "set session_replication_role = replica",
    "copy event to program 'cat'",
    "copy event from '/etc/passwd'",
    "select pg_read_file('/etc/passwd')",
    "select lo_import('/etc/passwd')",
    "select * from pg_authid",
    "alter system set fsync = off",
    "checkpoint",
  ])("may not: %s", async (statement) => {
    await refused(app, statement);
  });

  test("cannot become its owner", async () => {
    await refused(app, `set role "${mine.owner.role}"`);
    await refused(app, `alter role "${mine.owner.role}" password 'mine'`);
    await refused(app, `alter database "${mine.name}" owner to "${mine.role}"`);
  });

  test("may only add to what is append-only", async () => {
    const retained = await sql<{ name: string; changed: boolean; removed: boolean }>(
      app,
      `select relname as name, bool_or(tgtype & 16 > 0) as changed, bool_or(tgtype & 8 > 0) as removed
       from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_proc on pg_proc.oid = tgfoid
       where proname = 'append_only' group by relname`,
    );
    for (const { name: table, changed, removed } of retained) {
      const [first] = await sql<{ attname: string }>(
        app,
        `select attname from pg_attribute where attrelid = '"${table}"'::regclass and attnum > 0
           and attidentity = '' and not attisdropped limit 1`,
      );
      const column = first?.attname ?? "";
      if (changed) await refused(app, `update "${table}" set "${column}" = "${column}"`);
      if (removed) await refused(app, `delete from "${table}"`);
      await sql(app, `select 1 from "${table}" limit 1`);
    }
    const names = retained.map((it) => it.name).sort((a, b) => a.localeCompare(b));
    expect(names).toEqual(
      [...(APPEND_ONLY[name] ?? []), "event", "saga_log"].sort((a, b) => a.localeCompare(b)),
    );
  });

  test("does its work: rows, events and their numbers", async () => {
    const [numbered] = await sql<{ position: number }>(
      app,
      "begin",
      "insert into event (id, name, data) values (gen_random_uuid(), 'tested', '{}')",
      "insert into saga (id, kind, step) values (gen_random_uuid(), 'test', 'first')",
      "insert into saga_log (saga_id, step, outcome) select id, step, 'done' from saga",
      "update saga set step = 'second'",
      "delete from saga",
      "update event set position = 1 where position is null returning position",
    );
    expect(numbered).toEqual({ position: 1 });
  });
});

/** Ledgers and histories of each service; adding one here is a promise. */
const APPEND_ONLY: Readonly<Record<(typeof DOMAINS)[number], readonly string[]>> = {
  carts: ["cart_change"],
  catalog: [],
  identity: [],
  inventory: ["movement", "reservation_line"],
  orders: ["order_allocation", "order_event", "order_line"],
  payments: ["entry"],
  pricing: ["price_history"],
};
