/** Several nodes of one consumer, and nodes of two versions, at one feed. */
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { handle } from "../../lib/bus.ts";
import { query } from "../../lib/contract.ts";
import { read } from "../../lib/feed.ts";
import { takeLease } from "../../lib/feed-cursor.ts";
import { integer, list, object } from "../../lib/shape.ts";
import { Database, type DatabaseService } from "../../mixins/database.mixin.ts";
import { Envelope } from "../../mixins/feed.actions.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { eventually, stage, type Stage } from "../support/stage.ts";
import { brew, countedKitchen, drunk, guest, layTable, look, someCups, sweep } from "./kitchen.ts";

async function moreGuests(harness: Stage, ids: readonly string[]): Promise<ServiceBroker[]> {
  const { namespace } = harness.node("guest");
  const nodes = ids.map((nodeID) => {
    const node = new ServiceBroker(brokerOptions({ namespace, nodeID, transporter: "Fake" }));
    node.createService(guest(() => undefined));
    return node;
  });
  await Promise.all(nodes.map((node) => node.start()));
  // The first one counts those that it knows.
  await eventually(
    () =>
      expect(harness.node("guest").registry.actions.get("guest.events")?.count()).toBe(
        ids.length + 1,
      ),
    30_000,
  );
  return nodes;
}

test("of four nodes, one fetches what one reacts to; what it leaves is taken over", async () => {
  const counts = { reads: 0, events: 0 };
  await using harness = await stage([countedKitchen(counts), guest(() => undefined)]);
  await layTable(harness);
  const nodes = await moreGuests(harness, ["guest-2", "guest-3", "guest-4"]);
  try {
    const cups = someCups(1_200);
    for (let from = 0; from < cups.length; from += 40) {
      await brew(harness, cups.slice(from, from + 40));
      await eventually(
        async () => expect((await drunk(harness)).length).toBeGreaterThan(from),
        30_000,
      );
    }
    await eventually(async () => expect(await drunk(harness)).toEqual(cups), 30_000);
    expect(counts.events).toBeLessThanOrEqual(1.1 * cups.length);

    // The node that had the lease goes, whichever it is.
    await Promise.all(nodes.map((node) => node.stop()));
    const more = someCups(3);
    await brew(harness, more);
    await eventually(async () => expect(await drunk(harness)).toEqual([...cups, ...more]), 30_000);
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
}, 120_000);

test("a node that dies with the lease holds the feed up for as long as the lease, and no longer", async () => {
  const counts = { reads: 0, events: 0 };
  await using harness = await stage([countedKitchen(counts), guest(() => undefined)]);
  await layTable(harness);
  await look(harness);
  const lease = { holder: "dead", ms: 4_000 };
  expect(await takeLease(harness.db("guest").sql, "kitchen", 0, lease)).toBe(true);
  expect(await takeLease(harness.db("guest").sql, "kitchen", 0, { holder: "b", ms: 1 })).toBe(
    false,
  );
  const began = performance.now();
  const cups = someCups(2);
  await brew(harness, cups);
  await eventually(async () => expect(await drunk(harness)).toEqual(cups), 30_000);
  expect(performance.now() - began).toBeGreaterThan(2_000);
}, 60_000);

/** The action as it was before names, bytes and heads. */
const EventsBefore = query("kitchen.events", {
  summary: "Read the events of kitchen after a position, oldest first.",
  allow: "internal",
  params: { after: integer({ min: 0 }), limit: integer({ min: 1, max: 500 }) },
  returns: object({ events: list(Envelope, { max: 500 }) }),
  timeoutMs: 2_000,
});

test("a consumer of this version hears a producer of the version before, and the other way round", async () => {
  // Without the action of this version: Moleculer would merge the parameters of both.
  const { actions: _, ...database } = Database("kitchen");
  const before: ServiceSchema = {
    name: "kitchen",
    mixins: [database],
    actions: {
      events: handle(EventsBefore, async ({ params }, { db }: DatabaseService) => ({
        events: (await read(db.sql, params)).events,
      })),
    },
  };
  await using harness = await stage([before, guest(() => undefined)]);
  await layTable(harness);
  const cups = someCups(450);
  await sweep(harness, 250);
  await brew(harness, cups.slice(0, 430));
  await sweep(harness, 3);
  await brew(harness, cups.slice(430));
  await eventually(async () => expect(await drunk(harness)).toEqual(cups), 30_000);

  await using other = await stage([countedKitchen({ reads: 0, events: 0 })]);
  await sweep(other, 2);
  await other.service<DatabaseService & { notify(): Promise<void> }>("kitchen").notify();
  const asked = await other.call(EventsBefore, { after: 0, limit: 200 });
  expect(asked.events.map(({ name }) => name)).toEqual(["floor.swept", "floor.swept"]);
}, 60_000);
