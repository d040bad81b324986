/** Stock held for orders that are dead, or that nobody knows. */
import { runRound } from "../../../mixins/jobs.mixin.ts";
import { releaseAbandoned } from "../../../services/inventory/jobs/releaseAbandoned.ts";
import { ReserveStock } from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import type { InventoryService } from "../../../services/inventory/inventory.types.ts";
import { ResolveOrder, type OrderStatus } from "../../../services/orders/orders.contract.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { standIn } from "../../support/stand-in.ts";
import { anOrder, aStore, aVariant, stockOf } from "./shop.ts";

const outcomes = new Map<string, OrderStatus>();
let asked: string[] = [];
const orders = standIn(ResolveOrder, ({ orderId }) => {
  asked.push(orderId);
  const status = outcomes.get(orderId);
  if (status === undefined) throw new Error("orders has a bad day");
  return { orderId, status };
});

let harness: Stage;
let store: string;
const sql = () => harness.db("inventory").sql;
beforeAll(async () => {
  harness = await stage([inventory, orders], { feeds: ["catalog"] });
  store = await aStore(sql());
});
afterAll(() => harness.leave());

const look = () => {
  asked = [];
  return runRound(harness.service<InventoryService>("inventory"), {
    name: "releaseAbandoned",
    job: releaseAbandoned,
  });
};
/** An order with two of `tea` held for it, `minutes` ago, of which orders will say `fate`. */
async function held(tea: string, minutes: number, outcome?: OrderStatus): Promise<string> {
  const order = anOrder([[tea, 2]]);
  await harness.call(ReserveStock, order);
  await sql().run(
    "update reservation set held_at = now() - $2 * interval '1 minute' where order_id = $1",
    [order.orderId, minutes],
  );
  if (outcome) outcomes.set(order.orderId, outcome);
  return order.orderId;
}

test("the hold of a dead order is released; that of a living one, a young one, and one that cannot be asked about stay", async () => {
  const tea = await aVariant(sql(), { [store]: 20 });
  const dead = [await held(tea, 6, "rejected"), await held(tea, 60, "cancelled")];
  const alive = [await held(tea, 6, "awaiting_payment"), await held(tea, 6, "settling")];
  const silent = await held(tea, 6);
  const young = await held(tea, 4, "cancelled");

  await look();

  expect(asked.toSorted()).toEqual([...dead, ...alive, silent].toSorted());
  expect(asked).not.toContain(young);
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 20, reserved: 8 });
});

test("an order is asked about once in five minutes, by one node", async () => {
  const tea = await aVariant(sql(), { [store]: 20 });
  const orderId = await held(tea, 6, "pending");
  await Promise.all([look(), look(), look()]);
  await look();
  expect(asked).not.toContain(orderId);
  await sql().run(
    "update reservation set asked_at = now() - interval '6 minutes' where order_id = $1",
    [orderId],
  );
  outcomes.set(orderId, "rejected");
  await look();
  expect(asked).toContain(orderId);
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 20, reserved: 0 });
});
