/** How long a statement may take, and what is said when it took longer or the server could not. */
import { handle } from "../../lib/bus.ts";
import { type Action, command, query } from "../../lib/contract.ts";
import { databaseOf } from "../../lib/database.ts";
import { failureOf } from "../../lib/failure.ts";
import { integer, object, text } from "../../lib/shape.ts";
import {
  DatabaseBusy,
  DatabaseFull,
  DatabaseOutOfMemory,
  DatabaseTimeout,
  isPassing,
} from "../../lib/sql.ts";
import { Database, type DatabaseService } from "../../mixins/database.mixin.ts";
import { stage, type Stage } from "../support/stage.ts";
import { syncsIn, watchWrites } from "../support/writes.ts";

const limits = object({ single: text(), transaction: text(), model: text() });
const limitsIn = (name: string, timeoutMs?: number) =>
  command(`kitchen.${name}`, {
    summary: "",
    allow: "public",
    params: {},
    returns: limits,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
const Usual = limitsIn("usual");
const Short = limitsIn("short", 2_000);
const Long = limitsIn("long", 30_000);
const Sleep = query("kitchen.sleep", {
  summary: "",
  allow: "public",
  params: { seconds: integer({ min: 0, max: 60 }) },
  returns: object({ tries: integer() }),
  timeoutMs: 20_000,
});

let harness: Stage;
let tries = 0;
const SHOW = "select current_setting('statement_timeout') as is";
beforeAll(async () => {
  const show = (contract: Action) =>
    handle(contract, async (_, { db }: DatabaseService) => {
      const single = await db.sql.row<{ is: string }>(SHOW);
      const inside = await db.transaction((tx) => db.in(tx).row<{ is: string }>(SHOW));
      const [[model]] = (await db.sequelize.query(SHOW)) as [{ is: string }[], unknown];
      return { single: single?.is, transaction: inside?.is, model: model?.is };
    });
  harness = await stage([
    {
      name: "kitchen",
      mixins: [Database("kitchen")],
      actions: {
        usual: show(Usual),
        short: show(Short),
        long: show(Long),
        sleep: handle(Sleep, async ({ params: { seconds } }, { db }: DatabaseService) => {
          tries += 1;
          await db.sql.rows("set statement_timeout = 200");
          try {
            await db.sql.rows("select pg_sleep($1)", [seconds]);
          } finally {
            await db.sql.rows("set statement_timeout = 20000");
          }
          return { tries };
        }),
      },
    },
  ]);
});
afterAll(() => harness.leave());
const db = () => harness.db("kitchen");
const all = (is: string) => ({ single: is, transaction: is, model: is });

test("a statement may take as long as its action, also where the session allows less", async () => {
  expect(await harness.call(Long, {})).toEqual(all("30s"));
});

test("on the same connection, the next action has its own limit again, but never less than usual", async () => {
  for (const [contract, limit] of [
    [Usual, "5s"],
    [Long, "30s"],
    [Short, "5s"],
    [Long, "30s"],
    [Usual, "5s"],
  ] as const)
    expect(await harness.call(contract, {})).toEqual(all(limit));
});

test("the limit is set in the same write, and only where it differs from the one before", async () => {
  const { runInContext } = await import("../../lib/request-context.ts");
  const work = (mark: string, timeoutMs?: number) =>
    runInContext({ timeoutMs }, () =>
      db().transaction((tx) => db().in(tx).run("select $1::text", [mark])),
    );
  const { writes, stop } = watchWrites();
  try {
    await work("usual-limit");
    await work("longer-limit", 30_000);
    await work("same-limit", 30_000);
  } finally {
    stop();
  }
  const statements = (mark: string) =>
    writes.filter((bytes) => bytes.includes(mark)).map((bytes) => syncsIn(bytes));
  expect(statements("usual-limit")).toEqual([2]);
  expect(statements("longer-limit")).toEqual([3]);
  expect(statements("same-limit")).toEqual([2]);
});

test("a statement that took too long was tried five times: it is tried once, and told as such", async () => {
  tries = 0;
  const asking = harness.audience.call(Sleep.name, { seconds: 5 });
  await expect(asking).rejects.toMatchObject({ type: DatabaseTimeout.type, code: 504 });
  expect(tries).toBe(1);
  const inTransaction = db().transaction(async (tx) => {
    tries += 1;
    await db().in(tx).run("set local statement_timeout = 100");
    await db().in(tx).run("select pg_sleep(5)");
  });
  await expect(inTransaction).rejects.toMatchObject({ type: DatabaseTimeout.type });
  expect(tries).toBe(2);
});

/** An error as the server itself says it. */
const raising = (code: string) => `do $$ begin raise 'It is so.' using errcode = '${code}'; end $$`;

test.each([
  ["53100", DatabaseFull, /no room.*disk/, /plus de place/, true],
  ["53200", DatabaseOutOfMemory, /memory/, /mémoire/, true],
  ["57014", DatabaseTimeout, /longer/, /plus de temps/, false],
  ["55P03", DatabaseBusy, /Too many/, /Trop de personnes/, true],
  ["40001", DatabaseBusy, /Too many/, /Trop de personnes/, true],
])("%s is said as what it is, in both languages", async (code, failure, en, fr, passes) => {
  const failing = db()
    .sql.run(raising(code))
    .catch((error: unknown) => error);
  const error = (await failing) as Error;
  expect(error).toMatchObject({ type: failure.type, message: expect.stringMatching(en) });
  expect(failureOf(failure.type)?.sentence.fr).toMatch(fr);
  expect(isPassing(error)).toBe(passes);
});

test("operators read the server's own words of a full disk, once, however many fail by it", async () => {
  const warned: [string, unknown][] = [];
  const other = databaseOf(db().sequelize, {
    ready: () => true,
    onPublished: () => undefined,
    warn: (words, error) => warned.push([words, error]),
  });
  for (let n = 0; n < 3; n += 1)
    await expect(other.sql.run(raising("53100"))).rejects.toMatchObject({
      type: DatabaseFull.type,
    });
  await expect(other.transaction((tx) => other.in(tx).run(raising("53100")))).rejects.toMatchObject(
    { type: DatabaseFull.type },
  );
  await expect(other.sql.run(raising("40001"))).rejects.toThrow();
  expect(warned).toEqual([
    ["The database has no room left.", expect.objectContaining({ message: "It is so." })],
  ]);
});
