/** A Postgres that stands still without closing a connection: every wait for it has an end. */
import { connect, databaseOf, type Db, disconnect } from "../../lib/database.ts";
import { Client } from "../../lib/driver.ts";
import { DatabaseUnavailable, isPassing } from "../../lib/sql.ts";
import { freezable, type Freezable } from "../support/freezable.ts";
import { eventually } from "../support/stage.ts";
import { dropDatabases, giveDatabase } from "../support/test-databases.ts";

let direct: string;
let proxy: Freezable;
let db: Db;
const warned: string[] = [];
beforeAll(async () => {
  direct = await giveDatabase("frozen");
  proxy = await freezable(direct);
  process.env.FROZEN_DATABASE_URL = proxy.url;
  db = open();
  await db.sql.run("create table cup (n int primary key)");
});
afterAll(async () => {
  await db.sequelize.close();
  await proxy.close();
  await dropDatabases();
});

const open = (): Db =>
  databaseOf(connect("frozen"), {
    ready: () => true,
    onPublished: () => undefined,
    warn: (text) => warned.push(text),
  });
const poolOf = ({ sequelize }: Db) =>
  (sequelize.connectionManager as unknown as { pool: { size: number; using: number } }).pool;
/** A transaction that has done what it wanted, and goes on when it is told to. */
async function transactionOf(end: () => Promise<void>, n: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const did = Promise.withResolvers<void>();
  const transaction = db.transaction(async (tx) => {
    await db.in(tx).run("insert into cup values ($1)", [n]);
    did.resolve();
    await promise;
    await end();
  });
  await did.promise;
  return { transaction, goOn: resolve };
}

test("whatever waits for a server that froze is given up, passes, and leaves no connection behind", async () => {
  const committing = await transactionOf(async () => undefined, 1);
  const rollingBack = await transactionOf(async () => {
    throw new Error("refused");
  }, 2);
  const idle = await Promise.all([1, 2].map(() => db.sql.row("select pg_sleep(0.05)")));
  expect(idle).toHaveLength(2);
  const before = proxy.open();
  expect(before).toBeGreaterThanOrEqual(4);

  proxy.freeze();
  const began = performance.now();
  const room = 40;
  const statements = Array.from({ length: room }, () => db.sql.row("select 1 as one"));
  const model = db.sequelize.query("select 1");
  const inside = db.transaction((tx) => db.in(tx).row("select 1 as one"));
  committing.goOn();
  rollingBack.goOn();
  const ended = await Promise.allSettled([
    committing.transaction,
    inside,
    ...statements,
    model,
    rollingBack.transaction,
  ]);
  expect(performance.now() - began).toBeLessThan(20_000);

  const reasons = ended.map((one) => (one as PromiseRejectedResult).reason as Error);
  expect(reasons.pop()).toMatchObject({ message: "refused" });
  expect(reasons.pop()?.name).toMatch(/^Sequelize/);
  for (const reason of reasons) {
    expect(reason).toMatchObject({ type: DatabaseUnavailable.type });
    expect(isPassing(reason)).toBe(true);
  }
  expect(warned).toEqual(["A connection to the database was given up: no answer came."]);
  await eventually(() => {
    expect(proxy.open()).toBe(0);
    expect(poolOf(db)).toMatchObject({ size: 0, using: 0 });
  });

  proxy.thaw();
  expect(await db.sql.row("select 1 as one")).toEqual({ one: 1 });
  expect(await db.sql.rows("select n from cup")).toEqual([]);
});

test("a service that leaves does not wait for a server that froze", async () => {
  const other = open();
  await Promise.all([1, 2, 3, 4, 5].map(() => other.sql.row("select pg_sleep(0.05)")));
  proxy.freeze();
  const began = performance.now();
  await disconnect(other.sequelize);
  expect(performance.now() - began).toBeLessThan(8_000);
  proxy.thaw();
});

describe("what is no silence", () => {
  /** As good as any limit: a second, the usual time of grace included. */
  const SECOND = -2_000;
  let client: Client;
  beforeEach(async () => {
    client = new Client({ connectionString: direct });
    await client.connect();
    client.statementLimitMs = SECOND;
  });
  afterEach(() => client.end());

  test("this process stood still itself: the answer has come meanwhile", async () => {
    const answer = client.query("select pg_sleep(0.1)");
    await new Promise(setImmediate);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
    expect((await answer).rowCount).toBe(1);
  });

  test("many statements were sent together: each has its own time", async () => {
    (client as unknown as { pipeline: boolean }).pipeline = true;
    const answers = [1, 2, 3].map(() => client.query("select pg_sleep(0.6)"));
    expect(await Promise.all(answers)).toHaveLength(3);
  });

  test("nothing was asked", async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await client.query("select 1")).rowCount).toBe(1);
  });

  test("but one that takes longer is given up", async () => {
    await expect(client.query("select pg_sleep(20)")).rejects.toMatchObject({ code: "ETIMEDOUT" });
  });
});
