/** Asked twice, done once: clients' keys and sagas' commands. */
import { v7 } from "uuid";
import {
  resultOf,
  executeOnce,
  type Claim,
  claimKey,
  commandId,
  deleteExpired,
  saveAnswer,
  KeyInvalid,
  KeyReused,
  findByKey,
  findByKeys,
} from "../../lib/idempotency.ts";
import { aFeed } from "../support/a-feed.ts";
import { stage, type Stage } from "../support/stage.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([aFeed("kitchen")]);
  await harness.db("kitchen").sql.run("create table cup (id uuid primary key, of uuid)");
});
afterAll(() => harness.leave());
const db = () => harness.db("kitchen");
const cups = (of: string) => db().sql.rows("select id from cup where of = $1", [of]);

const pour = (claim: Claim, of: string) =>
  db().transaction(async (tx) => {
    const sql = db().in(tx);
    const claimed = await claimKey<{ cup: string }>(sql, claim);
    if (!claimed.fresh) return claimed.answer;
    const cup = v7();
    await sql.run("insert into cup values ($1, $2)", [cup, of]);
    await saveAnswer(sql, claim, { resourceId: cup, answer: { cup } });
    return { cup };
  });
const claim = (request: unknown = { sugar: 1 }): Claim => ({ principal: v7(), key: "k", request });

test("of fifty at once with one key, one has the effect and all have its answer", async () => {
  const [of, mine] = [v7(), claim()];
  const answers = await Promise.all(Array.from({ length: 50 }, () => pour(mine, of)));
  expect(new Set(answers.map((answer) => answer?.cup)).size).toBe(1);
  expect(answers[0]?.cup).toBeDefined();
  expect(await cups(of)).toHaveLength(1);
});

test("the same request is the same in whatever order it says its fields", async () => {
  const [of, mine] = [v7(), claim({ a: 1, b: { c: [1, 2], d: undefined } })];
  const first = await pour(mine, of);
  expect(await pour({ ...mine, request: { b: { c: [1, 2] }, a: 1 } }, of)).toEqual(first);
});

test.each([{ sugar: 2 }, { sugar: "1" }, { sugar: 1, milk: true }, [1], null])(
  "the key with another request (%j) is refused",
  async (request) => {
    const [of, mine] = [v7(), claim()];
    await pour(mine, of);
    const other = { ...mine, request };
    await expect(pour(other, of)).rejects.toMatchObject({ type: KeyReused.type, code: 422 });
    await expect(findByKey(db().sql, other)).rejects.toMatchObject({ type: KeyReused.type });
    expect(await cups(of)).toHaveLength(1);
  },
);

test("many keys are looked at in one statement, and each is judged by itself", async () => {
  const [of, mine] = [v7(), claim()];
  const cup = (await pour(mine, of))?.cup;
  const asked = [claim(), mine, { ...mine, request: 2 }, { ...mine, key: "é" }];
  expect(await findByKeys(db().sql, asked)).toEqual([
    { before: undefined },
    { before: { fresh: false, resourceId: cup, answer: { cup } } },
    expect.objectContaining({ type: KeyReused.type }),
    expect.objectContaining({ type: KeyInvalid.type }),
  ]);
});

test("two people may use the same key", async () => {
  const of = v7();
  const [first, second] = [await pour(claim(), of), await pour(claim(), of)];
  expect(first?.cup).not.toBe(second?.cup);
});

test("a key whose effect was rolled back is free again", async () => {
  const [of, mine] = [v7(), claim()];
  const spilt = db().transaction(async (tx) => {
    await claimKey(db().in(tx), mine);
    throw new Error("spilt");
  });
  await expect(spilt).rejects.toThrow("spilt");
  expect(await findByKey(db().sql, mine)).toBeUndefined();
  expect(await pour(mine, of)).toMatchObject({ cup: expect.any(String) });
});

test.each(["", "é", "a\nb", "x".repeat(256)])("the key %j is refused", async (key) => {
  const bad = { ...claim(), key };
  await expect(pour(bad, v7())).rejects.toMatchObject({ type: KeyInvalid.type, code: 400 });
  await expect(findByKey(db().sql, bad)).rejects.toMatchObject({ type: KeyInvalid.type });
});

const command = (id: string, of: string, more?: () => Promise<void>) =>
  executeOnce(db(), { id, action: "kitchen.pour" }, async (tx) => {
    const cup = v7();
    await db().in(tx).run("insert into cup values ($1, $2)", [cup, of]);
    await more?.();
    return { cup };
  });

test("a command is carried out once, also by twenty at the same moment", async () => {
  const [id, of] = [v7(), v7()];
  const answers = await Promise.all(Array.from({ length: 20 }, () => command(id, of)));
  expect(new Set(answers.map(({ cup }) => cup)).size).toBe(1);
  expect(await command(id, of)).toEqual(answers[0]);
  expect(await cups(of)).toHaveLength(1);
});

test("a command that fails is not answered, and may be carried out later", async () => {
  const [id, of] = [v7(), v7()];
  const failing = command(id, of, () => Promise.reject(new Error("no water")));
  await expect(failing).rejects.toThrow("no water");
  expect(await resultOf(db().sql, id)).toBeUndefined();
  expect(await cups(of)).toEqual([]);
  expect(await command(id, of)).toMatchObject({ cup: expect.any(String) });
});

test("a command that fails because it was done at that moment elsewhere is answered as that was", async () => {
  const [id, cup] = [v7(), v7()];
  const entered = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const pourInto = (wait: Promise<void> | undefined) =>
    executeOnce(db(), { id, action: "kitchen.pour" }, async (tx) => {
      if (wait) entered.resolve();
      await wait;
      await db().in(tx).run("insert into cup values ($1, $1)", [cup]);
      return { cup, first: wait === undefined };
    });
  const second = pourInto(go.promise);
  await entered.promise;
  const first = await pourInto(undefined);
  go.resolve();
  expect(await second).toEqual(first);
});

test("the id of a command is a UUID of version 5, told apart by process, step and number", () => {
  const process = "0190a7a0-0000-7000-8000-000000000001";
  expect(commandId(process, "pay")).toBe(commandId(process, "pay", 0));
  expect(commandId(process, "pay")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
  const others = [
    commandId(process, "pay", 1),
    commandId(process, "pay:1"),
    commandId(v7(), "pay"),
  ];
  expect(new Set([commandId(process, "pay"), ...others]).size).toBe(4);
});

test("old keys and answers are forgotten, young ones kept", async () => {
  const [old, young, of] = [claim(), claim(), v7()];
  const [oldId, youngId] = [v7(), v7()];
  for (const it of [old, young]) await pour(it, of);
  for (const id of [oldId, youngId]) await command(id, of);
  const { sql } = db();
  await sql.run(
    "update idempotency set created_at = now() - interval '8 days' where principal = $1",
    [old.principal],
  );
  await sql.run("update command_result set at = now() - interval '91 days' where id = $1", [oldId]);
  await deleteExpired(sql);
  expect(await findByKey(sql, old)).toBeUndefined();
  expect(await findByKey(sql, young)).toBeDefined();
  expect(await resultOf(sql, oldId)).toBeUndefined();
  expect(await resultOf(sql, youngId)).toBeDefined();
});
