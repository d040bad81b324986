/** What a transaction that has ended, or has failed, still lets through: nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import { DataTypes, type ModelStatic, type Model } from "sequelize";
import { v7 } from "uuid";
import type { Tx } from "../../lib/sql.ts";
import { event } from "../../lib/contract.ts";
import { id as anId } from "../../lib/shape.ts";
import { aFeed } from "../support/a-feed.ts";
import { stage, type Stage } from "../support/stage.ts";

let harness: Stage;
let Cup: ModelStatic<Model>;
beforeAll(async () => {
  harness = await stage([aFeed("kitchen")]);
  await db().sql.run(
    "create table cup (id uuid primary key, n int check (n < 10), batch uuid not null)",
  );
  Cup = db().sequelize.define(
    "cup",
    { id: { type: DataTypes.UUID, primaryKey: true }, n: DataTypes.INTEGER, batch: DataTypes.UUID },
    { tableName: "cup", timestamps: false },
  );
});
afterAll(() => harness.leave());
const db = () => harness.db("kitchen");

const cupsOf = async (batch: string) =>
  (
    await db().sql.rows<{ n: number }>("select n from cup where batch = $1 order by n", [batch])
  ).map(({ n }) => n);
const insert = (tx: Tx, batch: string, n: number) =>
  db().in(tx).run("insert into cup values ($1, $2, $3)", [v7(), n, batch]);
const insertByModel = (tx: Tx, batch: string, n: number) =>
  Cup.create({ id: v7(), n, batch }, { transaction: tx });

/** Ends when the first `work` has been refused and everything that it had begun has come back. */
async function branches(...works: ((tx: Tx) => Promise<unknown>)[]) {
  let running: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
  const transaction = db().transaction(async (tx) => {
    const begun = works.map((work) => work(tx));
    running = Promise.allSettled(begun);
    await Promise.all(begun);
  });
  const [ended] = await Promise.allSettled([transaction]);
  return { ended, branches: await running };
}

const ways = [
  ["statements", insert],
  ["models", insertByModel],
] as const;

describe.each(ways)("%s", (_, write) => {
  test("what one branch sent after another had refused ran by itself and stayed", async () => {
    for (let round = 0; round < 10; round += 1) {
      const batch = v7();
      const refused = Promise.withResolvers<void>();
      const { ended, branches: each } = await branches(
        async (tx) => {
          await write(tx, batch, 1);
          refused.resolve();
          throw new Error("refused");
        },
        async (tx) => {
          await write(tx, batch, 2);
          await refused.promise;
          for (let n = 3; n < 9; n += 1) {
            await new Promise(setImmediate);
            await write(tx, batch, n);
          }
        },
      );
      expect(ended).toMatchObject({ status: "rejected", reason: { message: "refused" } });
      expect(each[1]).toMatchObject({ status: "rejected" });
      expect(await cupsOf(batch)).toEqual([]);
    }
  });

  test("what is sent after the commit is refused", async () => {
    const batch = v7();
    let retained: Tx | undefined;
    await db().transaction(async (tx) => {
      retained = tx;
      await write(tx, batch, 1);
    });
    await expect(write(retained as Tx, batch, 2)).rejects.toThrow("has ended");
    expect(await cupsOf(batch)).toEqual([1]);
  });

  test("what is sent while the commit is under way is refused", async () => {
    const batch = v7();
    const late = Promise.withResolvers<unknown>();
    await db().transaction(async (tx) => {
      await write(tx, batch, 1);
      setImmediate(() => late.resolve(write(tx, batch, 2).catch((error: unknown) => error)));
    });
    expect(await late.promise).toMatchObject({ message: expect.stringContaining("has ended") });
    expect(await cupsOf(batch)).toEqual([1]);
  });

  test("after the first failure nothing reaches the server, and the failure is what is thrown", async () => {
    const batch = v7();
    const failed = Promise.withResolvers<void>();
    const { ended, branches: each } = await branches(
      async (tx) => {
        await failed.promise;
        await write(tx, batch, 1);
      },
      async (tx) => {
        const failing = write(tx, batch, 11);
        await failing.catch(() => undefined);
        failed.resolve();
        await sleep(20);
        await failing;
      },
    );
    expect(each[0]).toMatchObject({ reason: { message: expect.stringContaining("has failed") } });
    // The refused branch comes back first; its refusal is only a consequence.
    expect(String((ended as PromiseRejectedResult).reason)).toMatch(/check/);
    expect(await cupsOf(batch)).toEqual([]);
  });
});

test("a failure that the work kept to itself was answered as if all had been committed", async () => {
  const batch = v7();
  const trying = db().transaction(async (tx) => {
    await insert(tx, batch, 1);
    await insert(tx, batch, 11).catch(() => undefined);
    return "done";
  });
  await expect(trying).rejects.toMatchObject({ code: "23514" });
  expect(await cupsOf(batch)).toEqual([]);
});

test("also when it comes back only with the commit", async () => {
  const batch = v7();
  const trying = db().transaction(async (tx) => {
    await insert(tx, batch, 1);
    void insert(tx, batch, 11).catch(() => undefined);
  });
  await expect(trying).rejects.toMatchObject({ code: "23514" });
  expect(await cupsOf(batch)).toEqual([]);
});

test("the connection comes back only when all that was sent is answered", async () => {
  const batch = v7();
  let answered = false;
  const trying = db().transaction(async (tx) => {
    void db()
      .in(tx)
      .row("select pg_sleep(0.4)")
      .then(() => (answered = true));
    await insert(tx, batch, 1);
    throw new Error("refused");
  });
  await expect(trying).rejects.toThrow("refused");
  expect(answered).toBe(true);
});

test("of two that wait for each other one is tried again, and its first try writes nothing more", async () => {
  const [left, right, batch] = [v7(), v7(), v7()];
  await db().sql.run("insert into cup values ($1, 0, $3), ($2, 0, $3)", [left, right, v7()]);
  let tries = 0;
  const bothHold = Promise.withResolvers<void>();
  const late: Promise<unknown>[] = [];
  const lock = (tx: Tx, id: string) =>
    db().in(tx).run("update cup set n = n + 1 where id = $1", [id]);
  const crossing = (first: string, second: string) =>
    db().transaction(async (tx) => {
      tries += 1;
      const mine = tries;
      await lock(tx, first);
      if (mine === 2) bothHold.resolve();
      await bothHold.promise;
      const waits = lock(tx, second);
      // A branch of this try that goes on when the try has failed.
      late.push(
        waits.then(
          () => undefined,
          async () => {
            await sleep(100);
            await insert(tx, batch, mine);
          },
        ),
      );
      await waits;
    });
  await Promise.all([crossing(left, right), crossing(right, left)]);
  const branchesOfTheFailed = await Promise.allSettled(late);
  expect(tries).toBe(3);
  expect(branchesOfTheFailed.filter(({ status }) => status === "rejected")).toHaveLength(1);
  expect(await cupsOf(batch)).toEqual([]);
});

test("an event that is published after the end was lost without a word: it is refused", async () => {
  const CupBroken = event("kitchen", "kitchen.cup_broken", {
    summary: "A cup.",
    payload: { cupId: anId() },
  });
  let retained: Tx | undefined;
  await db().transaction(async (tx) => {
    retained = tx;
  });
  expect(() => db().publish(retained as Tx, CupBroken, { cupId: v7() })).toThrow("has ended");
  expect(() => db().afterCommit(retained as Tx, () => undefined)).toThrow("has ended");
});
