import { createDatabases } from "../../../runtime/postgres/databases.ts";
import type { EmbeddedPostgres } from "../../../runtime/postgres/embedded.ts";
import { cleanUp, newFolder, sql, start } from "./support.ts";

let postgres: EmbeddedPostgres;

beforeAll(async () => {
  postgres = await start({ dir: await newFolder() });
});

afterAll(cleanUp);

const SHOP = { name: "shop", role: "shop", password: "it's \\secret" };
const TILL = { name: "Till 2", role: "till-2", password: "other" };

const make = (...services: Parameters<typeof createDatabases>[1]): Promise<void> =>
  createDatabases(postgres.url("postgres"), services);

function urlOf(service: { role: string; password: string }, database: string): string {
  const url = new URL(postgres.url(database));
  url.username = encodeURIComponent(service.role);
  url.password = encodeURIComponent(service.password);
  return url.href;
}

test("each service owns its database and may do anything in it", async () => {
  await make(SHOP, TILL);
  for (const service of [SHOP, TILL]) {
    const url = urlOf(service, service.name);
    await sql(url, "create table thing (id int); create schema inner_one");
    expect(await sql(url, "select current_user as me")).toEqual([{ me: service.role }]);
  }
});

test("a service cannot connect to the database of another", async () => {
  await make(SHOP, TILL);
  await expect(sql(urlOf(SHOP, TILL.name), "select 1")).rejects.toMatchObject({ code: "42501" });
  await expect(sql(urlOf(TILL, SHOP.name), "select 1")).rejects.toMatchObject({ code: "42501" });
});

test("a service is nothing more than the owner of its database", async () => {
  await make(SHOP);
  const url = urlOf(SHOP, SHOP.name);
  await expect(sql(url, "create role more")).rejects.toMatchObject({ code: "42501" });
  await expect(sql(url, "create database more")).rejects.toMatchObject({ code: "42501" });
  await expect(sql(url, "copy (select 1) to '/tmp/x'")).rejects.toMatchObject({ code: "42501" });
});

test("the extensions that services rely on are in every database", async () => {
  await make(SHOP);
  const url = urlOf(SHOP, SHOP.name);
  expect(
    await sql(
      url,
      `select unaccent('Crème brûlée') as plain, 'A'::citext = 'a' as same,
              similarity('table', 'tables') > 0.5 as alike,
              int4range(1, 3) && int4range(2, 4) as overlaps`,
    ),
  ).toEqual([{ plain: "Creme brulee", same: true, alike: true, overlaps: true }]);
  await sql(
    url,
    "create table slot (room int, at tsrange, exclude using gist (room with =, at with &&))",
  );
});

test("repeating it, also several at once, keeps the data", async () => {
  await make(SHOP);
  await sql(urlOf(SHOP, SHOP.name), "create table kept as select 42 as answer");
  const more = { name: "fresh", role: "fresh", password: "x" };
  await Promise.all([make(SHOP, more), make(more, SHOP), make(SHOP)]);
  expect(await sql(urlOf(SHOP, SHOP.name), "select answer from kept")).toEqual([{ answer: 42 }]);
  expect(await sql(urlOf(more, more.name), "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a database whose making was interrupted is finished the next time", async () => {
  await sql(postgres.url("postgres"), "create database half");
  const half = { name: "half", role: "half", password: "x" };
  await make(half);
  const url = urlOf(half, half.name);
  expect(await sql(url, "select unaccent('é') as plain")).toEqual([{ plain: "e" }]);
  await sql(url, "create table thing (id int)");
  await expect(sql(urlOf(SHOP, half.name), "select 1")).rejects.toMatchObject({ code: "42501" });
});

test("a new password takes the place of the old one", async () => {
  await make(SHOP);
  const changed = { ...SHOP, password: "new" };
  await make(changed);
  await expect(sql(urlOf(SHOP, "shop"), "select 1")).rejects.toMatchObject({ code: "28P01" });
  expect(await sql(urlOf(changed, "shop"), "select 1 as one")).toEqual([{ one: 1 }]);
});
