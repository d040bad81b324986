/** One moment in several databases, while many write in all of them. */
import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { cut } from "../../../operations/backup/cut.ts";
import { asked, type Databases, databases } from "./databases.ts";

const WRITERS = 12;
const CUTS = 12;

let all: Databases;
let orders: string;
let stock: string;

beforeAll(async () => {
  all = databases();
  orders = await all.make("orders");
  stock = await all.make("stock");
  await asked(orders, "create table wanted (n text primary key); create table had (n text)");
  await asked(stock, "create table held (n text primary key); create table log (n text)");
});
afterAll(() => all.end());

interface Writers {
  /** The longest that one of them has waited for a commit. */
  longestMs(): number;
  end(): Promise<void>;
}

/** Each wants something here, has it held there, and writes here that it is held: as services do. */
async function writers(): Promise<Writers> {
  const state = { ended: false, longestMs: 0 };
  const one = async (): Promise<void> => {
    const [here, there] = [new Client(orders), new Client(stock)];
    await Promise.all([here.connect(), there.connect()]);
    for (let i = 0; !state.ended; i += 1) {
      const n = `'${randomUUID()}'`;
      const began = performance.now();
      await here.query(`insert into wanted values (${n})`);
      // Two tables in one order in one transaction, in the other in the next.
      const [first, second] = i % 2 === 0 ? ["held", "log"] : ["log", "held"];
      await there.query("begin");
      await there.query(`insert into ${first} values (${n})`);
      await there.query(`insert into ${second} values (${n})`);
      await there.query("commit");
      await here.query(`insert into had values (${n})`);
      state.longestMs = Math.max(state.longestMs, performance.now() - began);
    }
    await Promise.all([here.end(), there.end()]);
  };
  const running = Promise.all(Array.from({ length: WRITERS }, one));
  return {
    longestMs: () => state.longestMs,
    end: async () => {
      state.ended = true;
      await running;
    },
  };
}

/** What a cut shows. */
async function seen() {
  const moment = await cut(
    new Map([
      ["orders", orders],
      ["stock", stock],
    ]),
  );
  const rows = async (service: string, table: string) => {
    const client = moment.snapshots.get(service)?.client;
    const answer = await client?.query<{ n: string }>(`select n from public.${table}`);
    return new Set(answer?.rows.map(({ n }) => n));
  };
  try {
    const [wanted, had] = [await rows("orders", "wanted"), await rows("orders", "had")];
    return { wanted, had, held: await rows("stock", "held"), log: await rows("stock", "log") };
  } finally {
    await moment.close();
  }
}

/** Takes some cuts while many write, and looks at each. */
async function expectSound(cuts: number): Promise<void> {
  const writing = await writers();
  const sizes: number[] = [];
  try {
    for (let n = 0; n < cuts; n += 1) {
      const { wanted, had, held, log } = await seen();
      const torn = {
        "held but not wanted": [...held.difference(wanted)],
        "recorded but not held": [...had.difference(held)],
        "half of a transaction": [...held.symmetricDifference(log)],
      };
      expect(Object.values(torn).flat()).toEqual([]);
      sizes.push(wanted.size);
    }
  } finally {
    await writing.end();
  }
  // They did get on in between.
  expect(sizes.at(-1)).toBeGreaterThan(sizes[0] ?? 0);
  expect(writing.longestMs()).toBeLessThan(5_000);
}

test("nothing is there without its cause, and nothing is recorded that is not there", async () => {
  await expectSound(CUTS);
}, 60_000);

test("nor where no table can be locked, because somebody is at work in each", async () => {
  const busy = [new Client(orders), new Client(stock)] as const;
  await Promise.all(busy.map((client) => client.connect()));
  await busy[0].query("begin; insert into wanted values ('-'); insert into had values ('-')");
  await busy[1].query("begin; insert into held values ('-'); insert into log values ('-')");
  try {
    await expectSound(3);
  } finally {
    await Promise.all(busy.map((client) => client.end()));
  }
}, 60_000);

test("a transaction that is open for long is not waited for, nor cut off", async () => {
  const long = new Client(stock);
  await long.connect();
  await long.query("begin; insert into held values ('long')");
  const { held } = await seen();
  expect(held.has("long")).toBe(false);
  await long.query("commit");
  await long.end();
  expect((await seen()).held.has("long")).toBe(true);
});

test("what others do on the same server is no matter", async () => {
  const restless = await all.make("restless");
  await asked(restless, "create table tick (n int)");
  const state = { ended: false };
  const tick = async () => {
    const client = new Client(restless);
    await client.connect();
    while (!state.ended) await client.query("insert into tick values (1)");
    await client.end();
  };
  const ticking = Promise.all(Array.from({ length: 6 }, tick));
  try {
    for (let n = 0; n < 5; n += 1) {
      await asked(orders, `insert into wanted values ('tick-${n}')`);
      const { wanted } = await seen();
      expect(wanted.has(`tick-${n}`)).toBe(true);
    }
  } finally {
    state.ended = true;
    await ticking;
  }
}, 30_000);

test("when it is over, nobody is made to wait, and no session stays", async () => {
  const urls = new Map([["stock", stock]]);
  const moment = await cut(urls);
  await asked(stock, "insert into held values ('after')");
  await moment.close();
  const looked = async () =>
    asked<{ n: number }>(
      stock,
      "select count(*)::int as n from pg_stat_activity where application_name = 'comptoir backup'",
    );
  // A session ends a little after its client has gone.
  while ((await looked())[0]?.n !== 0) await new Promise((resolve) => setTimeout(resolve, 10));
});

test("an address where nobody is, is a sentence without the password", async () => {
  const refused = cut(new Map([["stock", "postgres://me:secret@127.0.0.1:1/stock"]]));
  await expect(refused).rejects.toThrow(/^127\.0\.0\.1:1\/stock cannot be reached: /);
  await expect(refused).rejects.not.toThrow(/secret/);
});
