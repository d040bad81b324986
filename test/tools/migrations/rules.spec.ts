/** What a migration may do while the version before it still serves, and what it may not. */
import { checkFile } from "../../../tools/migrations/check.ts";

const broken = async (sql: string) =>
  (await checkFile("0002.sql", sql)).map(({ rule, line }) => `${line} ${rule}`);

test.each([
  "create table tea (id uuid primary key, name text not null unique check (name <> ''))",
  "create table tea (id int); create unique index tea_id on tea (id); alter table tea drop column id; drop table if exists tea_old -- x".split(
    "; drop",
  )[0] ?? "",
  "alter table tea add column grams int",
  "alter table tea add grams int not null default 100, add at timestamptz not null default now()",
  "alter table tea add box_id uuid references box",
  "alter table tea add column kilos numeric generated always as (grams / 1000.0) virtual",
  "alter table tea alter column grams set default 50, alter column grams drop not null",
  "alter table tea add constraint fresh check (grams > 0) not valid",
  "alter table tea validate constraint fresh",
  "alter table tea set (fillfactor = 80)",
  "create or replace function f() returns int language sql as 'select 1'",
  "create trigger kept before update on tea execute function f()",
  "create type size as enum ('s'); alter type size add value 'm'",
  "insert into tea values (1) on conflict do nothing",
  "update tea set grams = 100 where grams is null",
  "grant select on tea to reader",
  "comment on table tea is 'Camellia sinensis'",
])("the running version bears: %s", async (sql) => {
  expect(await broken(sql)).toEqual([]);
});

test.each([
  ["drop table tea", "drop"],
  ["drop index tea_id", "drop"],
  ["drop trigger kept on tea", "drop"],
  ["revoke select on tea from reader", "drop"],
  ["alter table tea drop column grams", "drop"],
  ["ALTER TABLE IF EXISTS public.tea DROP grams", "drop"],
  ["alter table tea drop constraint fresh", "drop"],
  ["alter table tea rename to leaf", "rename"],
  ["alter table tea rename grams to weight", "rename"],
  ["alter type size rename value 's' to 'small'", "rename"],
  ["alter table tea alter column grams type smallint", "retype"],
  ["alter table tea alter grams set not null", "not-null"],
  ["alter table tea alter grams drop default", "not-null"],
  ["alter table tea add grams int not null", "not-null"],
  ["alter table tea add id uuid default gen_random_uuid()", "rewrite"],
  ["alter table tea add n bigint generated always as identity", "rewrite"],
  ["alter table tea add n bigserial", "rewrite"],
  ["alter table tea add kilos numeric generated always as (grams / 1000.0) stored", "rewrite"],
  ["alter table tea add name text unique", "index"],
  ["alter table tea add grams int not null default 1 check (grams > 0)", "constrain"],
  ["alter table tea add constraint fresh check (grams > 0)", "constrain"],
  ["alter table tea add foreign key (box_id) references box", "constrain"],
  ["alter table tea add unique (name)", "index constrain"],
  ["create index tea_name on tea (name)", "index"],
  ["create unique index tea_name on tea (name)", "index constrain"],
  ["truncate tea", "rows"],
  ["delete from tea where grams = 0", "rows"],
  ["update tea set grams = 1", "rows"],
  ["lock table tea", "lock"],
  ["alter table tea set logged", "lock"],
  ["do $$ begin execute 'drop table tea'; end $$", "opaque"],
  ["alter table tea enable row level security", "unjudged"],
  ["alter system set work_mem = '1GB'", "unjudged"],
])("the running version does not bear: %s", async (sql, rules) => {
  expect(await broken(sql)).toEqual(rules.split(" ").map((rule) => `1 ${rule}`));
});

test("what stands in quotes and comments is not a statement", async () => {
  expect(await broken("insert into tea values ('; drop table tea;') -- drop table tea;")).toEqual(
    [],
  );
});

test("validating at once is not validating later", async () => {
  const add = "alter table tea add constraint fresh check (grams > 0) not valid;\n";
  expect(await broken(`${add}alter table tea validate constraint fresh;`)).toEqual(["2 validate"]);
});

test("the line is the statement's own, behind its comments and whatever letters come before", async () => {
  const sql =
    "-- Thé vert, très légèrement étiré.\ninsert into tea values ('é');\n\n-- Why.\ndrop table tea;\n";
  expect(await broken(sql)).toEqual(["5 drop"]);
});

test("what cannot be read is said with its place", async () => {
  expect(await broken("create table tea (id int);\ncreate tabel leaf ();")).toEqual(["2 syntax"]);
});

describe("an allowance", () => {
  const why = "No version since 1.4 reads it.";
  test("with its reason is for the one statement below it, and for the rule that it names", async () => {
    const sql = `-- allow drop: ${why}\nalter table tea drop column grams;`;
    expect(await broken(sql)).toEqual([]);
    expect(await broken(`${sql}\ndrop table tea;`)).toEqual(["3 drop"]);
    expect(await broken(`${sql.slice(0, -1)}, rename to leaf;`)).toEqual(["2 syntax"]);
    expect(await broken(`${sql.slice(0, -1)}, alter n set not null;`)).toEqual(["2 not-null"]);
  });

  test("may name several rules", async () => {
    const sql = `-- allow index, constrain: The table has ten rows in every house.\n`;
    expect(await broken(`${sql}create unique index one on tea (name);`)).toEqual([]);
  });

  test.each([
    ["without a reason", "-- allow drop:\ndrop table tea", ["2 allowance", "2 drop"]],
    ["with a poor one", "-- allow drop: it is fine\ndrop table tea", ["2 allowance", "2 drop"]],
    ["of an unknown rule", `-- allow all: ${why}\ndrop table tea`, ["2 allowance", "2 drop"]],
    ["that nothing needs", `-- allow drop: ${why}\nselect 1`, ["2 allowance"]],
    ["below its statement", `drop table tea; -- allow drop: ${why}`, ["1 drop"]],
  ])("%s is none", async (_, sql, findings) => {
    expect(await broken(sql)).toEqual(findings);
  });
});
