/** Paid orders are refunded and restocked, by those who may. */
import { v7 } from "uuid";
import { NotAllowed } from "../../../lib/access.ts";
import {
  CancelOrder,
  GetOrder,
  OrderRefunded,
  OrderTimeline,
  PlaceOrder,
} from "../../../services/orders/orders.contract.ts";
import { cancelOf } from "../../../services/orders/sagas/cancel.ts";
import { RefundSucceeded } from "../../../services/payments/payments.contract.ts";
import {
  aPerson,
  eventually,
  staffOf,
  publishEvent,
  type TestPerson,
} from "../../support/stage.ts";
import { statusIn } from "./status.ts";
import { becomes, hurry, ordersOnStage, pay, type Play, stepOf } from "./play.ts";

let harness: Play;
beforeAll(async () => {
  harness = await ordersOnStage();
});
afterAll(() => harness.leave());
const admin = aPerson("admin");

async function placed(person: TestPerson, more: object = {}) {
  const variantId = harness.world.goodsOf(3);
  const asked = { variantId, quantity: 1, ...more };
  const { orderId } = await harness.call(PlaceOrder, asked, person);
  return { orderId, variantId };
}
async function paid(person: TestPerson, more: object = {}) {
  const order = await placed(person, more);
  await pay(harness, order.orderId);
  await becomes(harness, order.orderId, "paid");
  return order;
}
const refundsOf = (orderId: string) => harness.world.refunds.get(orderId) ?? 0;
const toldOf = async (orderId: string) =>
  (await harness.published("orders", OrderRefunded)).filter((it) => it.orderId === orderId);

test("a paid order is refunded and restocked once, stays paid, and answers the same again", async () => {
  const person = aPerson();
  const { orderId } = await paid(person);
  const [first, ...more] = await Promise.all(
    Array.from({ length: 8 }, () => harness.call(CancelOrder, { orderId }, admin)),
  );
  expect(first).toMatchObject({ status: "paid", refundedAt: expect.any(String) });
  for (const answer of more) expect(answer).toEqual(first);
  expect(refundsOf(orderId)).toBe(1);
  expect(harness.world.restocked.has(orderId)).toBe(true);
  expect(await toldOf(orderId)).toHaveLength(1);
  expect(await harness.call(GetOrder, { orderId }, person)).toMatchObject({
    refundedAt: first?.refundedAt,
  });
});

test("money is given back by a shop's manager in that shop, not by the customer or another shop", async () => {
  const storeId = v7();
  const [person, cashier] = [aPerson(), staffOf(storeId, "cashier")];
  const { orderId } = await paid(person, { storeId });
  await expect(harness.call(CancelOrder, { orderId }, person)).rejects.toMatchObject({
    type: NotAllowed.type,
    code: 403,
  });
  await expect(harness.call(CancelOrder, { orderId }, cashier)).rejects.toMatchObject({
    code: 404,
  });
  await expect(
    harness.call(CancelOrder, { orderId }, staffOf(v7(), "store_manager")),
  ).rejects.toMatchObject({ code: 404 });
  expect(refundsOf(orderId)).toBe(0);

  const manager = staffOf(storeId, "store_manager");
  const answer = await harness.call(CancelOrder, { orderId }, manager);
  expect(answer.refundedAt).toBeDefined();
});

test("a manager does not give back the money of an order of their own that is no shop's", async () => {
  const manager = staffOf(v7(), "store_manager");
  const { orderId } = await paid(manager);
  await expect(harness.call(CancelOrder, { orderId }, manager)).rejects.toMatchObject({
    type: NotAllowed.type,
  });
});

test("a refund that takes its time is answered 202, and the event of it ends the process", async () => {
  const person = aPerson();
  const { orderId } = await paid(person);
  harness.world.refundStates = ["pending", "succeeded"];
  const { status, answer } = await statusIn(harness, CancelOrder, { orderId }, admin);
  expect([status, answer.refundedAt]).toEqual([202, undefined]);
  const { customerId, totalMinor: amountMinor, currency } = answer;
  const fact = { paymentId: v7(), refundId: v7(), orderId, customerId, amountMinor, currency };
  await publishEvent(harness, "payments", RefundSucceeded, fact);
  await eventually(async () => expect(await toldOf(orderId)).toHaveLength(1));
  expect((await statusIn(harness, CancelOrder, { orderId }, admin)).status).toBe(200);
});

test("a refund that fails for good is visible as due, and nothing is restocked", async () => {
  const { orderId } = await paid(aPerson());
  harness.world.refundStates = ["failed"];
  const answer = await harness.call(CancelOrder, { orderId }, admin);
  harness.world.refundStates = ["succeeded"];
  expect(answer).toMatchObject({ status: "paid", refundDue: true });
  expect(await harness.call(CancelOrder, { orderId }, admin)).toEqual(answer);
  expect(harness.world.restocked.has(orderId)).toBe(false);
  const { timeline } = await harness.call(OrderTimeline, { orderId }, admin);
  expect(timeline.map(({ outcome }) => outcome)).toContain("refund_due");
  expect(await toldOf(orderId)).toEqual([]);
});

test.each(["payments.refundOrder", "inventory.restock"])(
  "%s that fails after its effect is repeated with the same id",
  async (action) => {
    const { orderId } = await paid(aPerson());
    harness.world.next(action, "fails", "fails after");
    const before = harness.world.asked.length;
    await harness.call(CancelOrder, { orderId }, admin);
    await eventually(async () => {
      await hurry(harness);
      expect(await stepOf(harness, cancelOf(orderId))).toBe("done");
    });
    const commands = harness.world.asked.slice(before).filter(({ name }) => name === action);
    expect(commands.length).toBeGreaterThan(1);
    expect(new Set(commands.map(({ commandId }) => commandId)).size).toBe(1);
    expect(refundsOf(orderId)).toBe(1);
  },
);
