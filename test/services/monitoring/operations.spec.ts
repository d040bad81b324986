/** What operators see and do, on nodes of their own: every one is asked over the bus. */
import { v7 } from "uuid";
import { event } from "../../../lib/contract.ts";
import { id } from "../../../lib/shape.ts";
import { Database, type DatabaseService } from "../../../mixins/database.mixin.ts";
import { Events, react, type Reacts } from "../../../mixins/events.mixin.ts";
import { NotAllowed, NotSignedIn } from "../../../lib/access.ts";
import {
  CountJobs,
  CountSagas,
  DeadLetterNotFound,
  ListBreakers,
  ListDeadLetters,
  ListFeeds,
  JobNotFound,
  ListNodes,
  ListPutAsideJobs,
  ListServices,
  ReplayDeadLetter,
  ReplayJob,
  ServiceAway,
} from "../../../services/monitoring/monitoring.contract.ts";
import Monitoring from "../../../services/monitoring/monitoring.service.ts";
import { aFeed } from "../../support/a-feed.ts";
import { aPerson, eventually, stage, type Stage, publishEvent } from "../../support/stage.ts";

const OrderSeen = event("orders", "order.seen", {
  summary: "An order was seen.",
  payload: { orderId: id() },
});
const broken = new Set<string>();
const note: Reacts<typeof OrderSeen, DatabaseService> = async ({ data }, tx, { db }) => {
  await db.in(tx).run("insert into seen (order_id) values ($1)", [data.orderId]);
  if (broken.has(data.orderId)) throw new Error("the reaction is broken");
};
/** Stands where carts stands, and hears what the test tells. */
const carts = {
  name: "carts",
  mixins: [Events([react(OrderSeen, note)]), Database("carts")],
  actions: {
    stumble: {
      handler() {
        throw new TypeError("a bug");
      },
    },
  },
};

const admin = aPerson("admin");
let harness: Stage;
beforeAll(async () => {
  harness = await stage([Monitoring, aFeed("orders"), carts]);
  await harness.db("carts").sql.run("create table seen (order_id uuid)");
});
afterAll(() => harness.leave());

/** What was seen is kept for a second; tests look again until it is new. */
const seen = () => harness.db("carts").sql.rows<{ order_id: string }>("select order_id from seen");

/** An event that was put aside; its real road there takes eight tries and a minute. */
async function putAside(orderId: string, position: number): Promise<void> {
  const letter = { id: v7(), name: OrderSeen.name, position, at: "", data: { orderId } };
  await harness
    .db("carts")
    .sql.run(
      "insert into dead_letter (producer, position, event, error, tries) values ('orders', $1, $2, 'why', 8)",
      [position, JSON.stringify(letter)],
    );
}

test("nodes are listed with what runs on them and how", async () => {
  const { items } = await harness.call(ListNodes, {}, admin);
  const found = items.find(({ services }) => services.includes("carts"));
  expect(found).toMatchObject({ id: "carts", available: true, services: ["carts"] });
  expect(found?.state?.memoryBytes).toBeGreaterThan(10_000_000);
  expect(found?.state?.uptimeSeconds).toBeGreaterThanOrEqual(0);
  expect(items.find(({ id: name }) => name === "audience")?.services).toEqual([]);
});

test("services are listed with their nodes and databases", async () => {
  const { items } = await harness.call(ListServices, {}, admin);
  expect(items.find(({ name }) => name === "orders")).toMatchObject({
    nodes: ["orders"],
    database: { reachable: true },
  });
  expect(items.find(({ name }) => name === "monitoring")?.actions).toContain("monitoring.nodes");
});

test("a breaker that is open is shown on the side that opened it", async () => {
  const node = harness.node("monitoring");
  for (let n = 0; n < 25; n += 1) await node.call("carts.stumble").catch(() => undefined);
  const { items } = await eventually(async () => {
    const answer = await harness.call(ListBreakers, {}, admin);
    expect(answer.items).not.toEqual([]);
    return answer;
  });
  const about = { nodeId: "carts", action: "carts.stumble", state: "open", failures: 20 };
  expect(items).toContainEqual({ seenBy: "monitoring", requests: 20, ...about });
  expect(items.filter(({ seenBy }) => seenBy === "orders")).toEqual([]);
});

test("feeds are listed with their consumers, and processes counted by step", async () => {
  await publishEvent(harness, "orders", OrderSeen, { orderId: v7() });
  await harness.db("orders").sql.run(
    `insert into saga (id, kind, step, due_at, last_error, attempt)
     values ($1, 'checkout', 'commit', now() - interval '5 minutes', 'no answer', 6)`,
    [v7()],
  );
  await eventually(async () => {
    const { items } = await harness.call(ListFeeds, {}, admin);
    const orders = items.find(({ producer }) => producer === "orders");
    expect(orders).toMatchObject({ head: 1, unnumbered: 0 });
    expect(orders?.consumers).toMatchObject([{ consumer: "carts", behind: 0 }]);
  });
  const { items } = await harness.call(CountSagas, {}, admin);
  expect(items).toMatchObject([
    { service: "orders", kind: "checkout", step: "commit", open: 1, overdue: 1, stuck: 1 },
  ]);
});

test("what was put aside is replayed once, whoever asks how often", async () => {
  const orderId = v7();
  await putAside(orderId, 7);
  await eventually(async () => {
    const { items } = await harness.call(ListDeadLetters, {}, admin);
    expect(items).toMatchObject([{ id: "carts.orders.7", name: "order.seen", error: "why" }]);
  });
  const replay = () => harness.call(ReplayDeadLetter, { deadLetterId: "carts.orders.7" }, admin);
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, replay));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await seen()).filter(({ order_id }) => order_id === orderId)).toHaveLength(1);
  await expect(replay()).rejects.toMatchObject({ type: DeadLetterNotFound.type });
  await eventually(async () => {
    expect((await harness.call(ListDeadLetters, {}, admin)).items).toEqual([]);
  });
});

test("a replay that fails again leaves everything as it was", async () => {
  const orderId = v7();
  broken.add(orderId);
  await putAside(orderId, 8);
  const replay = () => harness.call(ReplayDeadLetter, { deadLetterId: "carts.orders.8" }, admin);
  await expect(replay()).rejects.toThrow("the reaction is broken");
  expect((await seen()).filter(({ order_id }) => order_id === orderId)).toEqual([]);
  broken.clear();
  await expect(replay()).resolves.toMatchObject({ success: true, name: "order.seen" });
});

test("jobs are counted, and what was put aside is listed and replayed once", async () => {
  const [jobId, later] = [v7(), v7()];
  await harness.db("carts").sql.run(
    `insert into job (id, kind, key, payload, run_at, failures, last_error, put_aside_at) values
       ($1, 'sendMail', 'hello', '{}', now(), 25, 'Error: no post', now()),
       ($2, 'sendMail', 'again', '{}', now() - interval '1 hour', 1, 'Error: no post', null)`,
    [jobId, later],
  );
  const counted = { service: "carts", job: "sendMail", running: 0, failing: 1 };
  await eventually(async () => {
    const { items } = await harness.call(CountJobs, {}, admin);
    expect(items).toMatchObject([{ ...counted, due: 1, putAside: 1 }]);
    expect(items[0]?.oldestSeconds).toBeGreaterThan(3_500);
  });
  const id = `carts.${jobId}`;
  expect(await harness.call(ListPutAsideJobs, {}, admin)).toMatchObject({
    items: [{ id, service: "carts", key: "hello", tries: 25, error: "Error: no post" }],
    missing: [],
  });
  const replay = () => harness.call(ReplayJob, { jobId: id }, admin);
  expect(await replay()).toEqual({ success: true, id, job: "sendMail" });
  await expect(replay()).rejects.toMatchObject({ type: JobNotFound.type });
  await eventually(async () => {
    const { items } = await harness.call(CountJobs, {}, admin);
    expect(items).toMatchObject([{ ...counted, due: 2, putAside: 0 }]);
  });
});

test("of a service that nobody runs nothing can be replayed", async () => {
  const asked = harness.call(ReplayDeadLetter, { deadLetterId: "pricing.orders.1" }, admin);
  await expect(asked).rejects.toMatchObject({ type: ServiceAway.type });
});

test.each(["carts", "carts.orders", "carts.orders.0", "carts.orders.1e3", "a.b.1; drop table x"])(
  "%s is no id",
  async (deadLetterId) => {
    const asked = harness.call(ReplayDeadLetter, { deadLetterId }, admin);
    await expect(asked).rejects.toMatchObject({ code: 400 });
  },
);

test("nobody else may look", async () => {
  const rest = [ListNodes, ListServices, ListBreakers, ListFeeds, CountSagas, ListDeadLetters];
  for (const contract of rest) {
    await expect(harness.call(contract as typeof ListNodes, {})).rejects.toMatchObject({
      type: NotSignedIn.type,
    });
    const manager = aPerson("store_manager", "accountant");
    await expect(harness.call(contract as typeof ListNodes, {}, manager)).rejects.toMatchObject({
      type: NotAllowed.type,
    });
  }
});

test("a node that is gone is shown as gone, and holds nobody up", async () => {
  await harness.node("orders").stop();
  await eventually(async () => {
    const { items } = await harness.call(ListServices, {}, admin);
    expect(items.find(({ name }) => name === "orders")?.nodes ?? []).toEqual([]);
  });
  const replay = harness.call(ReplayDeadLetter, { deadLetterId: "orders.carts.1" }, admin);
  await expect(replay).rejects.toMatchObject({ type: ServiceAway.type });
  const began = performance.now();
  await harness.call(ListFeeds, {}, admin);
  expect(performance.now() - began).toBeLessThan(4_000);
});
