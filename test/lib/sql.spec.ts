/** Statements of one transaction that are sent without waiting for each other's answers. */
import { v7 } from "uuid";
import { aFeed } from "../support/a-feed.ts";
import { stage, type Stage } from "../support/stage.ts";
import { syncsIn, watchWrites } from "../support/writes.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([aFeed("kitchen")]);
  await harness
    .db("kitchen")
    .sql.run("create table cup (id uuid primary key, n int check (n < 10))");
});
afterAll(() => harness.leave());
const db = () => harness.db("kitchen");
const nOf = async (id: string) =>
  (await db().sql.row<{ n: number }>("select n from cup where id = $1", [id]))?.n;

test("they are carried out in their order, each seeing the one before", async () => {
  const id = v7();
  const seen = await db().transaction(async (tx) => {
    const sql = db().in(tx);
    return Promise.all([
      sql.run("insert into cup values ($1, 1)", [id]),
      sql.run("update cup set n = n + 1 where id = $1", [id]),
      sql.row<{ n: number }>("select n from cup where id = $1", [id]),
    ]);
  });
  expect(seen).toEqual([1, 1, { n: 2 }]);
  expect(await nOf(id)).toBe(2);
});

test("one that fails undoes those before and after it, and says why", async () => {
  const id = v7();
  const trying = db().transaction(async (tx) => {
    const sql = db().in(tx);
    await Promise.all([
      sql.run("insert into cup values ($1, 1)", [id]),
      sql.run("update cup set n = 11 where id = $1", [id]),
      sql.run("update cup set n = 3 where id = $1", [id]),
    ]);
  });
  await expect(trying).rejects.toMatchObject({ code: "23514" });
  expect(await nOf(id)).toBeUndefined();
});

test("they leave in one write, and the beginning of the transaction with them", async () => {
  const id = v7();
  const { writes, stop } = watchWrites();
  try {
    await db().transaction(async (tx) => {
      const sql = db().in(tx);
      await Promise.all([
        sql.run("insert into cup values ($1, 1)", [id]),
        sql.run("update cup set n = 2 where id = $1", [id]),
        sql.run("update cup set n = 3 where id = $1", [id]),
      ]);
    });
  } finally {
    stop();
  }
  const sent = writes.filter((bytes) => bytes.includes(id));
  expect(sent).toHaveLength(1);
  expect(syncsIn(sent[0])).toBe(4);
  expect(await nOf(id)).toBe(3);
});
