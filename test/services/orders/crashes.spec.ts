/**
 * A node that dies between any two steps: what it had begun is ended by another one, with one
 * effect each. A neighbour that never answers stands for the death, before the effect and after it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";
import { CancelOrder, PlaceOrder } from "../../../services/orders/orders.contract.ts";
import type { OrdersService } from "../../../services/orders/orders.types.ts";
import { aPerson, eventually, type TestPerson } from "../../support/stage.ts";
import {
  becomes,
  hurry,
  ordersOnStage,
  pay,
  type Play,
  secondNode,
  statusOf,
  stepOf,
} from "./play.ts";

let harness: Play;
let second: { node: OrdersService; broker: ServiceBroker };
beforeAll(async () => {
  harness = await ordersOnStage();
  second = await secondNode(harness);
});
afterAll(async () => {
  harness.world.letGo();
  await second.broker.stop();
  await harness.leave();
});

const FAULTS = ["hangs", "hangs after", "fails", "fails after"] as const;
const BEFORE_MONEY = ["pricing.holdCoupons", "inventory.reserve", "payments.open"];
const UNDOING = ["payments.close", "inventory.release", "pricing.releaseCoupons"];
const cells = (actions: string[]) =>
  actions.flatMap((action) => FAULTS.map((issues) => [action, issues] as const));

/** Places an order without waiting for the answer, which may be long in coming. */
async function begin(person: TestPerson, variantId: string): Promise<string> {
  const asked = { variantId, quantity: 1, coupons: ["TEA"] };
  void harness.call(PlaceOrder, asked, person).catch(() => undefined);
  return eventually(async () => {
    const [row] = await harness
      .db("orders")
      .sql.rows<{ id: string }>(`select id from "order" where customer_id = $1`, [person.id]);
    expect(row).toBeDefined();
    return row?.id ?? "";
  });
}
const takenUp = (orderId: string, step: string) =>
  eventually(async () => {
    if ((await stepOf(harness, orderId)) === step) return;
    await hurry(harness, second.node);
    expect(await stepOf(harness, orderId)).toBe(step);
  });
const opened = (orderId: string) =>
  eventually(async () => {
    const row = await harness
      .db("orders")
      .sql.row("select 1 from saga where id = $1 and step = 'pay' and state ? 'paymentId'", [
        orderId,
      ]);
    if (!row) await hurry(harness, second.node);
    expect(row).toBeDefined();
  });
const hung = async (action: string, issues: string) => {
  if (issues.startsWith("hangs")) await eventually(() => expect(harness.world.hanging).toBe(1));
  else await eventually(() => expect(harness.world.countOf(action)).toBeGreaterThan(0));
};

test.each(cells(BEFORE_MONEY))(
  "%s %s: another node goes on, and the order is paid",
  async (action, issues) => {
    const { world } = harness;
    const variantId = world.goodsOf(5);
    world.next(action, issues);
    const orderId = await begin(aPerson(), variantId);
    await hung(action, issues);
    await opened(orderId);
    await pay(harness, orderId);
    await takenUp(orderId, "done");
    world.letGo();
    expect(await statusOf(harness, orderId)).toBe("paid");
    expect(world.goods.get(variantId)?.stock).toBe(4);
    expect(world.committed.get(orderId)).toBe(1);
  },
);

test.each(cells(["inventory.commit"]))(
  "%s %s: what is paid leaves once",
  async (action, issues) => {
    const { world } = harness;
    const variantId = world.goodsOf(5);
    const orderId = await begin(aPerson(), variantId);
    await opened(orderId);
    world.next(action, issues);
    await pay(harness, orderId);
    await hung(action, issues);
    await takenUp(orderId, "done");
    world.letGo();
    expect(await statusOf(harness, orderId)).toBe("paid");
    expect(world.committed.get(orderId)).toBe(1);
  },
);

test.each(cells(UNDOING))("%s %s: another node lets go the rest", async (action, issues) => {
  const { world } = harness;
  const [person, variantId] = [aPerson(), world.goodsOf(5)];
  const orderId = await begin(person, variantId);
  await opened(orderId);
  world.next(action, issues);
  void harness.call(CancelOrder, { orderId }, person).catch(() => undefined);
  await hung(action, issues);
  await takenUp(orderId, "done");
  world.letGo();
  await becomes(harness, orderId, "cancelled");
  expect(world.goods.get(variantId)?.stock).toBe(5);
  expect(world.coupons.has(orderId)).toBe(false);
  expect(world.payments.get(orderId)?.state).toBe("closed");
});

test("a cancel that overtakes a reservation in flight leaves nothing held", async () => {
  const { world } = harness;
  const [person, variantId] = [aPerson(), world.goodsOf(5)];
  world.next("inventory.reserve", "hangs");
  const orderId = await begin(person, variantId);
  await hung("inventory.reserve", "hangs");
  const cancelling = harness.call(CancelOrder, { orderId }, person);
  await takenUp(orderId, "done");
  world.letGo();
  await expect(cancelling).resolves.toMatchObject({ status: "cancelled" });
  expect(world.goods.get(variantId)?.stock).toBe(5);
  expect(world.held.has(orderId)).toBe(false);
});

test("of a customer who cancels and pays at the same moment, one wins and all agree", async () => {
  const { world } = harness;
  const ends = new Set<string>();
  for (let n = 0; n < 24; n += 1) {
    const [person, variantId] = [aPerson(), world.goodsOf(1)];
    const { orderId } = await harness.call(PlaceOrder, { variantId, quantity: 1 }, person);
    const closed = world.countOf("payments.close");
    const cancelling = harness.call(CancelOrder, { orderId }, person).catch(() => undefined);
    // At once, a little later, or just after the payment was closed.
    await sleep(n % 8);
    const least = n % 3 === 0 ? closed + 1 : 0;
    await eventually(() => expect(world.countOf("payments.close")).toBeGreaterThanOrEqual(least));
    const won = world.pay(orderId);
    if (won) await pay(harness, orderId);
    await cancelling;
    const end = won ? "paid" : "cancelled";
    ends.add(end);
    await becomes(harness, orderId, end);
    expect(world.payments.get(orderId)?.state).toBe(won ? "captured" : "closed");
    expect(world.goods.get(variantId)?.stock).toBe(won ? 0 : 1);
  }
  expect([...ends].sort()).toEqual(["cancelled", "paid"]);
});

test("a node that is stopped in the middle costs a lease, never an order", async () => {
  const other = await ordersOnStage();
  const { world } = other;
  world.next("inventory.reserve", "hangs");
  const variantId = world.goodsOf(5);
  void other.call(PlaceOrder, { variantId, quantity: 1 }, aPerson()).catch(() => undefined);
  await eventually(() => expect(world.hanging).toBe(1));
  await other.node("orders").stop();

  const next = await secondNode(other);
  await eventually(async () => {
    const orders = await next.node.db.sql.rows(`select status from "order"`);
    expect(orders).toEqual([{ status: "awaiting_payment" }]);
  }, 15_000);
  expect(world.goods.get(variantId)?.stock).toBe(4);
  world.letGo();
  await next.broker.stop();
  await other.leave();
}, 60_000);
