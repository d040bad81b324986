/** The producer's side of a feed: numbers, and what a read answers. */
import { v7 } from "uuid";
import { event } from "../../lib/contract.ts";
import { type Batch, type Reading, read, sequence } from "../../lib/feed.ts";
import { id, integer, text } from "../../lib/shape.ts";
import type { DatabaseService } from "../../mixins/database.mixin.ts";
import { aFeed } from "../support/a-feed.ts";
import { stage, type Stage } from "../support/stage.ts";

const Cooked = event("kitchen", "dish.cooked", {
  summary: "It is hot.",
  payload: { n: integer() },
});
const Washed = event("kitchen", "dish.washed", {
  summary: "It is clean.",
  payload: { n: integer() },
});
const Noted = event("kitchen", "dish.noted", {
  summary: "Somebody wrote something.",
  payload: { dishId: id(), note: text({ max: 10_000_000 }) },
});

type Ringing = DatabaseService & { notify(): Promise<void> };
let harness: Stage;
beforeEach(async () => (harness = await stage([aFeed("kitchen")])));
afterEach(() => harness.leave());

const ring = () => harness.service<Ringing>("kitchen").notify();
const readKitchen = (reading: Partial<Reading>): Promise<Batch> =>
  read(harness.db("kitchen").sql, { after: 0, limit: 100, ...reading });
const positions = ({ events }: Batch) => events.map(({ position }) => position);

/** Cooks and washes by turns; only each `nth` is cooked. */
async function work(count: number, nth = 2): Promise<void> {
  const db = harness.db("kitchen");
  await db.transaction(async (tx) => {
    for (let n = 1; n <= count; n += 1) db.publish(tx, n % nth === 0 ? Cooked : Washed, { n });
  });
  await ring();
}

test("while one node numbers, another one numbers nothing and waits for nobody", async () => {
  const db = harness.db("kitchen");
  const insert = "insert into event (id, name, data) values ($1, 'dish.cooked', '{}')";
  // Not by publish, which rings: all is numbered here, by hand.
  await db.transaction(async (tx) => {
    await db.in(tx).row("select pg_advisory_xact_lock(hashtext('feed'))");
    for (let n = 0; n < 3; n += 1) await db.sql.run(insert, [v7()]);
    expect(await db.transaction((other) => sequence(db.in(other)))).toBeUndefined();
    expect(await readKitchen({})).toEqual({ events: [], head: 0, more: false });
  });
  const both = await db.transaction(async (tx) => {
    const mine = await sequence(db.in(tx));
    return { mine, other: await db.transaction((second) => sequence(db.in(second))) };
  });
  expect(both.mine).toEqual({ position: 3, count: 3, names: ["dish.cooked"] });
  expect(both.other).toBeUndefined();
  expect(positions(await readKitchen({}))).toEqual([1, 2, 3]);
});

test("a read by names passes all others, and its head says how far it looked", async () => {
  await work(20);
  const cooked = ["dish.cooked"];
  const all = await readKitchen({ names: cooked });
  expect(all).toMatchObject({ head: 20, more: false });
  expect(positions(all)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  // Cut by its limit, it has looked no further than the last event.
  const some = await readKitchen({ names: cooked, limit: 3 });
  expect(some).toMatchObject({ head: 6, more: true });
  expect(positions(some)).toEqual([2, 4, 6]);
  expect(await readKitchen({ names: ["nobody.knows"] })).toEqual({
    events: [],
    head: 20,
    more: false,
  });
  expect(await readKitchen({ after: 20, names: cooked })).toEqual({
    events: [],
    head: 20,
    more: false,
  });
  expect(positions(await readKitchen({ after: 17 }))).toEqual([18, 19, 20]);
});

test("rare names are found in any number of reads, none of which looks through the whole feed", async () => {
  await work(12_000, 6_000);
  const found: number[] = [];
  const heads: number[] = [];
  for (let [after, more] = [0, true]; more;) {
    const batch = await readKitchen({ after, names: ["dish.cooked"] });
    found.push(...positions(batch));
    heads.push(batch.head);
    [after, more] = [batch.head, batch.more];
  }
  expect(found).toEqual([6_000, 12_000]);
  expect(heads).toEqual([5_000, 10_000, 12_000]);
});

test("a feed that has gone back behind its reader says where it is", async () => {
  await work(4);
  expect(await readKitchen({ after: 9 })).toEqual({ events: [], head: 4, more: false });
});

test("a batch stays below the bytes asked for; one that is heavier comes alone, or without its data", async () => {
  const db = harness.db("kitchen");
  const notes = [1_000, 1_000, 9_000, 1_000, 50_000, 10].map((length) => 'é"\n'.repeat(length / 5));
  await db.transaction(async (tx) => {
    for (const note of notes) db.publish(tx, Noted, { dishId: v7(), note });
  });
  await ring();
  const batches: Batch[] = [];
  for (let [after, more] = [0, true]; more;) {
    const batch = await readKitchen({ after, bytes: 4_000, maxEventBytes: 20_000 });
    batches.push(batch);
    [after, more] = [batch.head, batch.more];
  }
  expect(batches.map(positions)).toEqual([[1, 2], [3], [4], [5], [6]]);
  for (const batch of [batches[0], batches[2], batches[3], batches[4]])
    expect(JSON.stringify(batch?.events).length).toBeLessThan(4_000);
  const [heavy] = batches[3]?.events ?? [];
  expect(heavy).toMatchObject({ name: "dish.noted", position: 5, data: null });
  expect(heavy?.omittedBytes).toBeGreaterThan(50_000);
});
