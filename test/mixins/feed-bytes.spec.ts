/** Batches and events that are larger than the bus carries. */
import { handle } from "../../lib/bus.ts";
import { DEFAULT_MAX_MESSAGE_BYTES } from "../../lib/bus-limits.ts";
import { read } from "../../lib/feed.ts";
import { Database, type DatabaseService } from "../../mixins/database.mixin.ts";
import { eventsOf } from "../../mixins/feed.actions.ts";
import { aFeed } from "../support/a-feed.ts";
import { eventually, stage, type Stage } from "../support/stage.ts";
import {
  brew,
  cursorOf,
  deadLetters,
  drunk,
  guest,
  hurried,
  layTable,
  someCups,
  TeaBrewed,
} from "./kitchen.ts";

/** A kitchen whose answers fail when they hold more than `most` events, as on a bus that is too small. */
let most = Infinity;
let refused = 0;
const narrow = {
  name: "kitchen",
  mixins: [Database("kitchen")],
  actions: {
    events: handle(eventsOf("kitchen"), async ({ params }, { db }: DatabaseService) => {
      const batch = await read(db.sql, params);
      if (batch.events.length <= most) return batch;
      refused += 1;
      throw new Error("MAX_PAYLOAD_EXCEEDED");
    }),
  },
};

const onStage = async (kitchen: Parameters<typeof stage>[0][number]): Promise<Stage> => {
  const harness = await stage([kitchen, guest(() => undefined)]);
  await layTable(harness);
  return harness;
};

test("the answer to a fetch stays below its limit, however heavy the events are", async () => {
  await using harness = await onStage(aFeed("kitchen"));
  const sizes: number[] = [];
  const cups = someCups(60);
  await brew(harness, cups, "x".repeat(20_000));
  // All of them have their positions.
  expect(await harness.published("kitchen", TeaBrewed)).toHaveLength(cups.length);
  for (const bytes of [undefined, 50_000, 10_000_000]) {
    const answer = await harness.call(eventsOf("kitchen"), {
      after: 0,
      limit: 200,
      ...(bytes !== undefined && { bytes }),
    });
    sizes.push(JSON.stringify(answer).length);
    expect(answer.more).toBe(true);
    expect(answer.head).toBe(answer.events.length);
    expect(sizes.at(-1)).toBeLessThan(
      Math.min(bytes ?? DEFAULT_MAX_MESSAGE_BYTES, DEFAULT_MAX_MESSAGE_BYTES),
    );
  }
  await eventually(async () => expect(await drunk(harness)).toEqual(cups), 60_000);
});

test("an event that is larger than the bus carries is put aside by its head, and those after it go on", async () => {
  await using harness = await onStage(aFeed("kitchen"));
  const [before, large, alone, after] = someCups(4) as [string, string, string, string];
  await brew(harness, [before]);
  await brew(harness, [large], "x".repeat(DEFAULT_MAX_MESSAGE_BYTES));
  await brew(harness, [alone], "x".repeat(0.9 * DEFAULT_MAX_MESSAGE_BYTES));
  await brew(harness, [after]);
  await eventually(
    async () => expect(await drunk(harness)).toEqual([before, alone, after]),
    60_000,
  );
  const letters = await deadLetters(harness);
  expect(letters).toMatchObject([
    { position: 2, event: { name: "tea.brewed", data: null }, tries: 1 },
  ]);
  expect(letters[0]?.error).toMatch(
    /^tea\.brewed at 2 of kitchen has 52\d+ bytes, which is more than/,
  );
  expect(await cursorOf(harness)).toMatchObject({ position: 4, tries: 0, error: null });
});

test("a fetch that fails is noted on the cursor, and halved until it works", async () => {
  await using harness = await onStage(narrow);
  most = 3;
  const cups = someCups(150);
  await brew(harness, cups);
  const noted = await eventually(async () => {
    const cursor = await cursorOf(harness);
    expect(cursor?.tries).toBeGreaterThan(1);
    return cursor;
  }, 30_000);
  expect(noted).toMatchObject({ position: 0, trouble: "read" });
  expect(noted?.error).toMatch(/MAX_PAYLOAD_EXCEEDED/);
  await hurried(harness, async () => expect((await drunk(harness)).length).toBeGreaterThan(5));
  most = Infinity;
  await hurried(harness, async () => expect(await drunk(harness)).toEqual(cups));
  expect(await deadLetters(harness)).toEqual([]);
  expect(await cursorOf(harness)).toMatchObject({
    position: 150,
    tries: 0,
    error: null,
    trouble: null,
  });
}, 120_000);

test("fetches that fail are no tries of an event: it is not put aside for them", async () => {
  await using harness = await onStage(narrow);
  [most, refused] = [0, 0];
  const [cup] = someCups(1) as [string];
  await brew(harness, [cup]);
  await hurried(harness, async () => expect(refused).toBeGreaterThan(10));
  expect(await deadLetters(harness)).toEqual([]);
  most = 1;
  await hurried(harness, async () => expect(await drunk(harness)).toEqual([cup]));
}, 120_000);
