/** A consumer asks for what it wants, and sleeps while nothing of it is told. */
import type { ServiceSchema } from "moleculer";
import { moveCursor } from "../../lib/feed-cursor.ts";
import type { DatabaseService } from "../../mixins/database.mixin.ts";
import { eventually, stage, type Stage } from "../support/stage.ts";
import {
  brew,
  countedKitchen,
  cursorOf,
  drunk,
  FloorSwept,
  guest,
  layTable,
  look,
  someCups,
  statementsTo,
  sweep,
  TeaBrewed,
} from "./kitchen.ts";

const counts = { reads: 0, events: 0 };
type Ringing = DatabaseService & { notify(): Promise<void> };
let harness: Stage;
beforeAll(async () => {
  harness = await stage([countedKitchen(counts), guest(() => undefined)]);
  await layTable(harness);
});
afterAll(() => harness.leave());
beforeEach(() => harness.db("guest").sql.run("truncate drunk"));

const ring = () => harness.service<Ringing>("kitchen").notify();

test("a consumer neither asks nor writes for each event that it does not want", async () => {
  await look(harness);
  const writes = statementsTo("t_guest", /^\s*(update|insert|begin)/);
  const before = counts.reads;
  const began = performance.now();
  for (let n = 0; n < 60; n += 1) {
    await sweep(harness);
    await ring();
  }
  // It looks by itself every three seconds, and may then pass what it has seen.
  const looks = Math.ceil((performance.now() - began) / 3_000) + 1;
  writes.end();
  expect(counts.reads - before).toBeLessThanOrEqual(looks);
  expect(writes.sent).toBeLessThanOrEqual(looks);
  expect(counts.events).toBe(0);
});

test("the cursor passes what nobody wanted with the next effect, and by itself after a while", async () => {
  const cups = someCups(1);
  await sweep(harness, 7);
  await brew(harness, cups);
  await eventually(async () => expect(await drunk(harness)).toEqual(cups), 30_000);
  await sweep(harness, 5);
  const head = await harness
    .db("kitchen")
    .sql.row<{ n: number }>("select count(*) as n from event");
  await eventually(
    async () => expect(await cursorOf(harness)).toMatchObject({ position: head?.n }),
    30_000,
  );
});

test("of many writers at once, some of which roll back, no wanted event is skipped between others", async () => {
  const kitchen = harness.db("kitchen");
  const cups = someCups(400);
  await Promise.all(
    cups.map((cupId, grams) =>
      kitchen
        .transaction(async (tx) => {
          if (grams % 3 !== 0) kitchen.publish(tx, FloorSwept, {});
          kitchen.publish(tx, TeaBrewed, { cupId, grams, note: "" });
          if (grams % 4 === 0) kitchen.publish(tx, FloorSwept, {});
          if (grams % 10 === 0) throw new Error("spilt");
        })
        .catch(() => undefined),
    ),
  );
  await eventually(async () => expect(await drunk(harness)).toHaveLength(360), 30_000);
  const published = await kitchen.sql.rows<{ cup: string }>(
    "select data->>'cupId' as cup from event where name = 'tea.brewed' order by position desc limit 360",
  );
  expect(await drunk(harness)).toEqual(published.map(({ cup }) => cup).toReversed());
});

test("what was passed without a note on the cursor is looked through again when the cursor is put back", async () => {
  const cups = someCups(3);
  await brew(harness, cups);
  await sweep(harness, 3);
  await eventually(async () => expect(await drunk(harness)).toEqual(cups), 30_000);
  await look(harness);
  const { sql } = harness.db("guest");
  await sql.run("truncate drunk");
  const { position } = (await cursorOf(harness)) ?? { position: 0 };
  const first = await harness
    .db("kitchen")
    .sql.row<{ position: number }>("select position from event where data->>'cupId' = $1", [
      cups[0],
    ]);
  const back = (first?.position ?? 1) - 1;
  await moveCursor(sql, "kitchen", { from: position, to: back }, { holder: "test", ms: 0 });
  await look(harness);
  await eventually(async () => expect(await drunk(harness)).toEqual(cups), 30_000);
});

test("a bell of the version before, which names no events, wakes every consumer", async () => {
  await sweep(harness);
  await ring();
  const before = counts.reads;
  await harness.node("kitchen").broadcast("kitchen.feed", { position: 1_000_000 });
  await eventually(() => expect(counts.reads).toBeGreaterThan(before), 2_500);
});

test("a bell says each name that it rings for once", async () => {
  const received: object[] = [];
  harness.node("guest").createService({
    name: "listener",
    events: { "kitchen.feed": ({ params }: { params: object }) => void received.push(params) },
  } as ServiceSchema);
  await harness.db("kitchen").transaction(async (tx) => {
    for (const cupId of someCups(3))
      harness.db("kitchen").publish(tx, TeaBrewed, { cupId, grams: 1, note: "" });
    harness.db("kitchen").publish(tx, FloorSwept, {});
  });
  const { n } = (await harness
    .db("kitchen")
    .sql.row<{ n: number }>("select count(*) as n from event")) ?? { n: 0 };
  await eventually(
    () => expect(received).toContainEqual({ position: n, names: ["floor.swept", "tea.brewed"] }),
    30_000,
  );
});
