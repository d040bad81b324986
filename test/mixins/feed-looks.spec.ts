/** A look that never comes back, and a database that refuses for a moment. */
import { withDeadline } from "../../lib/deadline.ts";
import { aFeed } from "../support/a-feed.ts";
import { eventually, stage } from "../support/stage.ts";
import {
  brew,
  cursorOf,
  deadLetters,
  drunk,
  guest,
  hurried,
  layTable,
  someCups,
} from "./kitchen.ts";

test("a look that never comes back is given up and begun anew, and each event has one effect", async () => {
  const cups = someCups(3);
  let hangs = true;
  let began = 0;
  const stuck = () => {
    began += 1;
    if (!hangs) return undefined;
    hangs = false;
    return new Promise<void>(() => undefined);
  };
  await using harness = await stage([aFeed("kitchen"), guest(stuck, { lookLimitMs: 1_000 })]);
  await layTable(harness);
  await brew(harness, cups);
  // The database ends the transaction that hangs after ten seconds, and with it its lock.
  await eventually(async () => expect(await drunk(harness)).toEqual(cups), 60_000);
  expect(began).toBe(4);
  expect(await cursorOf(harness)).toMatchObject({ position: 3 });
}, 90_000);

test("an effect that comes back after its look was given up is the only one", async () => {
  const cups = someCups(3);
  let slow = 1;
  const late = async () => {
    if (slow-- > 0) await new Promise((resolve) => setTimeout(resolve, 3_000));
  };
  await using harness = await stage([aFeed("kitchen"), guest(late, { lookLimitMs: 500 })]);
  await layTable(harness);
  await brew(harness, cups);
  await eventually(async () => expect(await drunk(harness)).toEqual(cups), 60_000);
  const [last] = someCups(1) as [string];
  await brew(harness, [last]);
  await eventually(async () => expect(await drunk(harness)).toEqual([...cups, last]), 60_000);
}, 90_000);

test("what the database refuses for a moment is shown on the cursor, and never put aside for it", async () => {
  const busy = Object.assign(new Error("canceling statement due to statement timeout"), {
    retryable: true,
  });
  let refusals = 12;
  await using harness = await stage([
    aFeed("kitchen"),
    guest(() => {
      if (refusals-- > 0) throw busy;
    }),
  ]);
  await layTable(harness);
  const cups = someCups(5);
  await brew(harness, cups);
  await eventually(async () => {
    const visible = {
      position: 0,
      trouble: "busy",
      error: expect.stringMatching("timeout") as string,
    };
    expect(await cursorOf(harness)).toMatchObject(visible);
  }, 30_000);
  await hurried(harness, async () => expect(await drunk(harness)).toEqual(cups));
  expect(await deadLetters(harness)).toEqual([]);
}, 150_000);

test("a wait with a deadline ends at it, says of what it was, and tells the work", async () => {
  let signal: AbortSignal | undefined;
  const endless = withDeadline(20, "A look", (published) => {
    signal = published;
    return new Promise<never>(() => undefined);
  });
  await expect(endless).rejects.toThrow("A look is given up after 20 ms.");
  expect(signal?.aborted).toBe(true);
  await expect(withDeadline(30_000, "A look", async () => 7)).resolves.toBe(7);
});
