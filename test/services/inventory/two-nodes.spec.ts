/** Several nodes of inventory at the same rows: no leader, and still exact. */
import { ServiceBroker } from "moleculer";
import { v7 } from "uuid";
import { call } from "../../../lib/bus.ts";
import { brokerOptions } from "../../../moleculer.config.ts";
import { saveAnswers } from "../../../services/inventory/workflows/once.ts";
import {
  AvailabilityChanged,
  CommitStock,
  ReleaseStock,
  ReserveStock,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { eventually, stage, type Stage } from "../../support/stage.ts";
import { anOrder, aStore, aVariant, stockOf } from "./shop.ts";

let harness: Stage;
let store: string;
let nodes: ServiceBroker[];
const sql = () => harness.db("inventory").sql;
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
  store = await aStore(sql());
  // Nodes that know nothing of each other but the database.
  nodes = [harness.node("inventory")];
  for (const nodeID of ["second", "third"]) {
    const node = new ServiceBroker(brokerOptions({ nodeID, namespace: v7() }));
    node.createService(inventory);
    await node.start();
    nodes.push(node);
  }
});
afterAll(async () => {
  await Promise.all(nodes.slice(1).map((node) => node.stop()));
  await harness.leave();
});
const node = (n: number) => nodes[n % nodes.length] as ServiceBroker;

test("three nodes race for the last units: exactly as many orders hold one as there are", async () => {
  const tea = await aVariant(sql(), { [store]: 100 });
  const answers = await Promise.all(
    Array.from({ length: 600 }, (_, n) => call(node(n), ReserveStock, anOrder([[tea, 1]]))),
  );
  expect(answers.filter(({ outcome }) => outcome === "reserved")).toHaveLength(100);
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 100, reserved: 100 });
});

test("the same command on three nodes at the same moment holds once, and all are answered the same", async () => {
  const tea = await aVariant(sql(), { [store]: 1_000 });
  const orders = Array.from({ length: 60 }, () => anOrder([[tea, 2]]));
  const answers = await Promise.all(
    [0, 1, 2].map((n) => Promise.all(orders.map((order) => call(node(n), ReserveStock, order)))),
  );
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 1_000, reserved: 120 });
});

test("a hold and its release on two nodes at the same moment: nothing stays held", async () => {
  const tea = await aVariant(sql(), { [store]: 1_000 });
  const orders = Array.from({ length: 100 }, () => anOrder([[tea, 1]]));
  await Promise.all(
    orders.flatMap((order, n) => [
      call(node(n), ReserveStock, order),
      call(node(n + 1), ReleaseStock, { commandId: v7(), orderId: order.orderId }),
    ]),
  );
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 1_000, reserved: 0 });
});

test("the same commit on three nodes at the same moment takes the goods out once", async () => {
  const tea = await aVariant(sql(), { [store]: 100 });
  const orders = Array.from({ length: 50 }, () => anOrder([[tea, 1]]));
  await Promise.all(orders.map((order) => call(node(0), ReserveStock, order)));
  const commits = orders.map(({ orderId }) => ({ commandId: v7(), orderId }));
  await Promise.all(
    [0, 1, 2].flatMap((n) => commits.map((commit) => call(node(n), CommitStock, commit))),
  );
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 50, reserved: 0 });
});

test("what three nodes tell of availability is in the order of what happened, each state once, and ends with the truth", async () => {
  const tea = await aVariant(sql(), { [store]: 90 });
  for (let left = 90; left > 0; left -= 3)
    await Promise.all([0, 1, 2].map((n) => call(node(n), ReserveStock, anOrder([[tea, 1]]))));
  // Another node may be numbering the last events at this moment.
  await eventually(async () => {
    const published = (await harness.published("inventory", AvailabilityChanged)).filter(
      ({ variantId }) => variantId === tea,
    );
    expect(published.map(({ available, state }) => [available, state])).toEqual([
      [3, "low"],
      [0, "out"],
    ]);
  });
});

test("an answer that another node has kept meanwhile undoes the group that gives another one", async () => {
  const answer = { id: v7(), result: { outcome: "rejected" } };
  await saveAnswers(sql(), ReserveStock.name, [answer]);
  await expect(saveAnswers(sql(), ReserveStock.name, [answer])).rejects.toThrow();
});
