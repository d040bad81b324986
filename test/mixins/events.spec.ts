/** The feed from one service's transaction to another one's effect. */
import { v7 } from "uuid";
import { event } from "../../lib/contract.ts";
import { id, integer } from "../../lib/shape.ts";
import { readCursor, claimCursor } from "../../lib/feed-cursor.ts";
import { Database, type DatabaseService } from "../../mixins/database.mixin.ts";
import { Events, react, type Reacts } from "../../mixins/events.mixin.ts";
import { aFeed } from "../support/a-feed.ts";
import { eventually, stage, type Stage, publishEvent } from "../support/stage.ts";

const TeaBrewed = event("kitchen", "tea.brewed", {
  summary: "Tea is ready.",
  payload: { cupId: id(), grams: integer() },
});

const CupEmptied = event("guest", "cup.emptied", { summary: "", payload: { cupId: id() } });

/** Writes each cup into a table of its own database; breaks over what it is told to break over. */
const broken = new Set<string>();
const drink: Reacts<typeof TeaBrewed, DatabaseService> = async ({ data }, tx, { db }) => {
  await db
    .in(tx)
    .run("insert into drunk (cup_id, grams, n) values ($1, $2, nextval('drunk_n'))", [
      data.cupId,
      data.grams,
    ]);
  if (broken.has(data.cupId)) throw new Error("the cup is broken");
};
const guest = {
  name: "guest",
  mixins: [Events([react(TeaBrewed, drink)]), Database("guest")],
};

let harness: Stage;
beforeAll(async () => {
  harness = await stage([aFeed("kitchen"), guest]);
  await harness.db("guest").sql.run("create sequence drunk_n");
  await harness.db("guest").sql.run("create table drunk (cup_id uuid, grams int, n bigint)");
});
afterAll(() => harness.leave());

const brew = (cupId: string, grams = 2) =>
  publishEvent(harness, "kitchen", TeaBrewed, { cupId, grams });
const drunk = () =>
  harness.db("guest").sql.rows<{ cup_id: string; grams: number }>("select * from drunk order by n");

test("many writers at once, some of which roll back: each committed event has one effect, in order", async () => {
  const kitchen = harness.db("kitchen");
  const cups = Array.from({ length: 300 }, () => v7());
  await Promise.all(
    cups.map((cupId, grams) =>
      kitchen
        .transaction(async (tx) => {
          kitchen.publish(tx, TeaBrewed, { cupId, grams });
          if (grams % 10 === 0) throw new Error("spilt");
        })
        .catch(() => undefined),
    ),
  );
  await eventually(async () => expect(await drunk()).toHaveLength(270));

  const positions = await kitchen.sql.rows<{ position: number; cup: string }>(
    "select position, data->>'cupId' as cup from event order by position",
  );
  expect(positions.map(({ position }) => position)).toEqual(positions.map((_, i) => i + 1));
  expect((await drunk()).map(({ cup_id }) => cup_id)).toEqual(positions.map(({ cup }) => cup));
});

test("an event that cannot be reacted to is put aside with its error, and those after it go on", async () => {
  const [bad, good] = [v7(), v7()];
  broken.add(bad);
  await brew(bad);
  await brew(good);
  const { pulls } = harness.service<DatabaseService & { pulls: Map<string, () => Promise<void>> }>(
    "guest",
  );
  const hurry = async () => {
    await harness.db("guest").sql.run("update feed_cursor set due_at = now()");
    await pulls.get("kitchen")?.();
  };

  const letters = await eventually(async () => {
    await hurry();
    const rows = await harness
      .db("guest")
      .sql.rows<{ error: string; tries: number }>("select error, tries from dead_letter");
    expect(rows).toHaveLength(1);
    return rows;
  }, 25_000);

  expect(letters[0]).toMatchObject({ tries: 8, error: expect.stringContaining("broken") });
  await eventually(async () => expect((await drunk()).map(({ cup_id }) => cup_id)).toContain(good));
  expect((await drunk()).map(({ cup_id }) => cup_id)).not.toContain(bad);
}, 40_000);

test("an event once numbered can neither be changed nor numbered again", async () => {
  await brew(v7());
  await harness.published("kitchen", TeaBrewed);
  const change = harness.db("kitchen").sql.run("update event set data = '{}'");
  await expect(change).rejects.toThrow(/append-only/);
  const renumber = harness.db("kitchen").sql.run("update event set position = position + 1000");
  await expect(renumber).rejects.toThrow(/append-only/);
});

test("what cannot be told is not done either", async () => {
  const guest = harness.db("guest");
  const circle: Record<string, unknown> = { cupId: v7(), grams: 1 };
  circle.self = circle;
  const doing = guest.transaction(async (tx) => {
    await guest
      .in(tx)
      .run("insert into drunk (cup_id, grams, n) values ($1, 7, 0)", [circle.cupId]);
    guest.publish(tx, CupEmptied, circle as never);
  });
  await expect(doing).rejects.toThrow(/circular/i);
  expect((await drunk()).map(({ cup_id }) => cup_id)).not.toContain(circle.cupId);
});

test("of two nodes, one takes the cursor, and only from where it stands", async () => {
  const guest = harness.db("guest");
  const { position } = await readCursor(guest.sql, "kitchen");
  const takes = (from: number) =>
    guest.transaction((tx) => claimCursor(guest.in(tx), "kitchen", from));

  // Whoever read the feed before the other one moved on would do it all again.
  expect(await takes(position - 1)).toBe(false);
  const both = guest.transaction(async (tx) => [
    await claimCursor(guest.in(tx), "kitchen", position),
    await takes(position),
  ]);
  expect(await both).toEqual([true, false]);
});

test("a service does not publish the events of another", async () => {
  const db = harness.db("guest");
  const publish = () => db.transaction(async (tx) => db.publish(tx, TeaBrewed, aCup()));
  await expect(publish()).rejects.toThrow("tea.brewed is an event of kitchen, not of guest.");
});
const aCup = () => ({ cupId: v7(), grams: 2 });
