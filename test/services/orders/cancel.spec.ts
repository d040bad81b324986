/** Giving up orders: unpaid ones are let go, paid ones are refunded by those who may. */
import { v7 } from "uuid";
import {
  CancelOrder,
  OrderCancelled,
  OrderNotFound,
  OrderNotOpen,
  OrderTimeline,
  PlaceOrder,
} from "../../../services/orders/orders.contract.ts";
import { aPerson, staffOf, type TestPerson } from "../../support/stage.ts";
import { statusIn } from "./status.ts";
import { becomes, hurry, ordersOnStage, pay, type Play } from "./play.ts";

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

test("an unpaid order is let go at once, and asked again it answers the same", async () => {
  const person = aPerson();
  const { orderId, variantId } = await placed(person, { coupons: ["TEA"] });
  const asked = { orderId, reason: "changed my mind" };
  const first = await harness.call(CancelOrder, asked, person);
  expect(first).toMatchObject({ status: "cancelled", reason: "changed my mind" });
  expect(await harness.call(CancelOrder, asked, person)).toEqual(first);
  expect(harness.world.payments.get(orderId)?.state).toBe("closed");
  expect(harness.world.goods.get(variantId)?.stock).toBe(3);
  expect(harness.world.coupons.has(orderId)).toBe(false);
  const published = await harness.published("orders", OrderCancelled);
  // A person's words stay with the order, where they can be erased.
  expect(published.filter((it) => it.orderId === orderId)).toMatchObject([{ reason: "CANCELLED" }]);
});

test("twenty who cancel at once are answered the same, and it happens once", async () => {
  const person = aPerson();
  const { orderId, variantId } = await placed(person);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => harness.call(CancelOrder, { orderId }, person)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(["cancelled"]));
  expect(harness.world.goods.get(variantId)?.stock).toBe(3);
  const { timeline } = await harness.call(OrderTimeline, { orderId }, person);
  expect(timeline.filter(({ text }) => text === "cancel_asked")).toHaveLength(1);
});

test("what only its provider knows the end of is answered as under way", async () => {
  const person = aPerson();
  const { orderId } = await placed(person);
  const payment = harness.world.payments.get(orderId);
  if (payment) payment.state = "processing";
  const { status, answer } = await statusIn(harness, CancelOrder, { orderId }, person);
  expect([status, answer.status]).toEqual([202, "awaiting_payment"]);
  if (payment) payment.state = "closed";
  await hurry(harness);
  await becomes(harness, orderId, "cancelled");
  expect((await statusIn(harness, CancelOrder, { orderId }, person)).status).toBe(200);
});

test("a payment that was quicker is honoured, and the cancelling is refused", async () => {
  const person = aPerson();
  const { orderId } = await placed(person);
  harness.world.pay(orderId);
  await expect(harness.call(CancelOrder, { orderId }, person)).rejects.toMatchObject({
    type: OrderNotOpen.type,
    code: 409,
  });
  await becomes(harness, orderId, "paid");
});

test("while its stock is leaving, and after it was rejected, an order cannot be cancelled", async () => {
  const person = aPerson();
  const { orderId } = await placed(person);
  harness.world.next("inventory.commit", "fails", "fails", "fails");
  await pay(harness, orderId);
  await becomes(harness, orderId, "settling");
  const refused = { type: OrderNotOpen.type, data: { orderId, status: "settling" } };
  await expect(harness.call(CancelOrder, { orderId }, person)).rejects.toMatchObject(refused);

  const asked = { variantId: harness.world.goodsOf(0), quantity: 1 };
  const rejected = (await harness.call(PlaceOrder, asked, person).catch((it: unknown) => it)) as {
    data: { orderId: string };
  };
  await expect(
    harness.call(CancelOrder, { orderId: rejected.data.orderId }, person),
  ).rejects.toMatchObject({ type: OrderNotOpen.type, data: { status: "rejected" } });
});

test("others' orders are no orders, whatever they stand at", async () => {
  const { orderId } = await placed(aPerson());
  for (const person of [aPerson(), staffOf(v7(), "store_manager")])
    await expect(harness.call(CancelOrder, { orderId }, person)).rejects.toMatchObject({
      type: OrderNotFound.type,
      code: 404,
    });
  await expect(harness.call(CancelOrder, { orderId: v7() }, admin)).rejects.toMatchObject({
    type: OrderNotFound.type,
  });
});
