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
import { aPerson, eventually, staffOf, tell, type TestPerson } from "../../support/stage.ts";
import { statusIn } from "./status.ts";
import { becomes, hurry, ordersOnStage, pay, type Play, stepOf } from "./play.ts";

let play: Play;
beforeAll(async () => {
  play = await ordersOnStage();
});
afterAll(() => play.leave());
const admin = aPerson("admin");

async function placed(person: TestPerson, more: object = {}) {
  const variantId = play.world.goodsOf(3);
  const asked = { variantId, quantity: 1, ...more };
  const { orderId } = await play.call(PlaceOrder, asked, person);
  return { orderId, variantId };
}
async function paid(person: TestPerson, more: object = {}) {
  const order = await placed(person, more);
  await pay(play, order.orderId);
  await becomes(play, order.orderId, "paid");
  return order;
}
const refundsOf = (orderId: string) => play.world.refunds.get(orderId) ?? 0;
const toldOf = async (orderId: string) =>
  (await play.told("orders", OrderRefunded)).filter((it) => it.orderId === orderId);

test("a paid order is refunded and restocked once, stays paid, and answers the same again", async () => {
  const person = aPerson();
  const { orderId } = await paid(person);
  const [first, ...more] = await Promise.all(
    Array.from({ length: 8 }, () => play.call(CancelOrder, { orderId }, admin)),
  );
  expect(first).toMatchObject({ status: "paid", refundedAt: expect.any(String) });
  for (const answer of more) expect(answer).toEqual(first);
  expect(refundsOf(orderId)).toBe(1);
  expect(play.world.restocked.has(orderId)).toBe(true);
  expect(await toldOf(orderId)).toHaveLength(1);
  expect(await play.call(GetOrder, { orderId }, person)).toMatchObject({
    refundedAt: first?.refundedAt,
  });
});

test("money is given back by a shop's manager in that shop, not by the customer or another shop", async () => {
  const storeId = v7();
  const [person, cashier] = [aPerson(), staffOf(storeId, "cashier")];
  const { orderId } = await paid(person, { storeId });
  await expect(play.call(CancelOrder, { orderId }, person)).rejects.toMatchObject({
    type: NotAllowed.type,
    code: 403,
  });
  await expect(play.call(CancelOrder, { orderId }, cashier)).rejects.toMatchObject({ code: 404 });
  await expect(
    play.call(CancelOrder, { orderId }, staffOf(v7(), "store_manager")),
  ).rejects.toMatchObject({ code: 404 });
  expect(refundsOf(orderId)).toBe(0);

  const manager = staffOf(storeId, "store_manager");
  const answer = await play.call(CancelOrder, { orderId }, manager);
  expect(answer.refundedAt).toBeDefined();
});

test("a manager does not give back the money of an order of their own that is no shop's", async () => {
  const manager = staffOf(v7(), "store_manager");
  const { orderId } = await paid(manager);
  await expect(play.call(CancelOrder, { orderId }, manager)).rejects.toMatchObject({
    type: NotAllowed.type,
  });
});

test("a refund that takes its time is answered 202, and the event of it ends the process", async () => {
  const person = aPerson();
  const { orderId } = await paid(person);
  play.world.refundStates = ["pending", "succeeded"];
  const { status, answer } = await statusIn(play, CancelOrder, { orderId }, admin);
  expect([status, answer.refundedAt]).toEqual([202, undefined]);
  const { customerId, totalMinor: amountMinor, currency } = answer;
  const fact = { paymentId: v7(), refundId: v7(), orderId, customerId, amountMinor, currency };
  await tell(play, "payments", RefundSucceeded, fact);
  await eventually(async () => expect(await toldOf(orderId)).toHaveLength(1));
  expect((await statusIn(play, CancelOrder, { orderId }, admin)).status).toBe(200);
});

test("a refund that fails for good is visible as due, and nothing is restocked", async () => {
  const { orderId } = await paid(aPerson());
  play.world.refundStates = ["failed"];
  const answer = await play.call(CancelOrder, { orderId }, admin);
  play.world.refundStates = ["succeeded"];
  expect(answer).toMatchObject({ status: "paid", refundDue: true });
  expect(await play.call(CancelOrder, { orderId }, admin)).toEqual(answer);
  expect(play.world.restocked.has(orderId)).toBe(false);
  const { timeline } = await play.call(OrderTimeline, { orderId }, admin);
  expect(timeline.map(({ outcome }) => outcome)).toContain("refund_due");
  expect(await toldOf(orderId)).toEqual([]);
});

test.each(["payments.refundOrder", "inventory.restock"])(
  "%s that fails after its effect is repeated with the same id",
  async (action) => {
    const { orderId } = await paid(aPerson());
    play.world.next(action, "fails", "fails after");
    const before = play.world.asked.length;
    await play.call(CancelOrder, { orderId }, admin);
    await eventually(async () => {
      await hurry(play);
      expect(await stepOf(play, cancelOf(orderId))).toBe("done");
    });
    const commands = play.world.asked.slice(before).filter(({ name }) => name === action);
    expect(commands.length).toBeGreaterThan(1);
    expect(new Set(commands.map(({ commandId }) => commandId)).size).toBe(1);
    expect(refundsOf(orderId)).toBe(1);
  },
);
