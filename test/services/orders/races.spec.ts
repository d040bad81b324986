/** The checkout against the clock, and with events that come late, twice or early. */
import { PaymentCaptured } from "../../../services/payments/payments.contract.ts";
import { PlaceOrder } from "../../../services/orders/orders.contract.ts";
import { aPerson, eventually, publishEvent } from "../../support/stage.ts";
import {
  becomes,
  hurry,
  ordersOnStage,
  pay,
  type Play,
  statusOf,
  stepOf,
  tellClosed,
} from "./play.ts";

let harness: Play;
beforeAll(async () => {
  harness = await ordersOnStage();
});
afterAll(() => harness.leave());

const place = (variantId: string, more: object = {}, quantity = 1) =>
  harness.call(PlaceOrder, { variantId, quantity, ...more }, aPerson());

test("without any event the payment is asked after, and the order is paid all the same", async () => {
  const { orderId } = await place(harness.world.goodsOf(1));
  harness.world.pay(orderId);
  await hurry(harness);
  await becomes(harness, orderId, "paid");
});

const expire = (orderId: string) =>
  harness.db("orders").sql.run("update saga set deadline = now() where id = $1", [orderId]);

test("at its deadline the payment is closed, and all is let go", async () => {
  const variantId = harness.world.goodsOf(1);
  const { orderId } = await place(variantId);
  await expire(orderId);
  await hurry(harness);
  await becomes(harness, orderId, "cancelled");
  expect(harness.world.payments.get(orderId)?.state).toBe("closed");
  expect(harness.world.goods.get(variantId)?.stock).toBe(1);
});

test("a payment that wins the race against the deadline is honoured", async () => {
  const { orderId } = await place(harness.world.goodsOf(1));
  harness.world.next("payments.lookUp", "fails");
  await expire(orderId);
  harness.world.pay(orderId);
  await hurry(harness);
  await hurry(harness);
  await becomes(harness, orderId, "paid");
});

test("a payment in processing at its deadline is waited for, then honoured or let go", async () => {
  const { world } = harness;
  for (const end of ["captured", "closed"] as const) {
    const { orderId } = await place(world.goodsOf(1));
    const payment = world.payments.get(orderId);
    if (payment) payment.state = "processing";
    await expire(orderId);
    await hurry(harness);
    await eventually(async () => expect(await stepOf(harness, orderId)).toBe("close"));
    expect(await statusOf(harness, orderId)).toBe("awaiting_payment");
    if (payment) payment.state = end;
    await hurry(harness);
    await becomes(harness, orderId, end === "captured" ? "paid" : "cancelled");
  }
});

test("late and doubled events change nothing", async () => {
  const { world } = harness;
  const [paid, dead] = [await place(world.goodsOf(1)), await place(world.goodsOf(1))];
  await pay(harness, paid.orderId);
  await tellClosed(harness, dead.orderId);
  await becomes(harness, paid.orderId, "paid");
  await becomes(harness, dead.orderId, "cancelled");

  for (const { orderId } of [paid, dead]) {
    const fact = {
      paymentId: orderId,
      orderId,
      customerId: orderId,
      currency: "EUR",
      amountMinor: 1,
    };
    await publishEvent(harness, "payments", PaymentCaptured, fact);
    await tellClosed(harness, orderId);
    await publishEvent(harness, "payments", PaymentCaptured, fact);
  }
  // A fence: events of one producer are heard in their order.
  const fence = await place(world.goodsOf(1));
  await pay(harness, fence.orderId);
  await becomes(harness, fence.orderId, "paid");

  expect(await statusOf(harness, paid.orderId)).toBe("paid");
  expect(await statusOf(harness, dead.orderId)).toBe("cancelled");
  expect(world.committed.get(paid.orderId)).toBe(1);
  expect(world.committed.has(dead.orderId)).toBe(false);
});

test("the payment's event that comes before its opening is recorded counts", async () => {
  const { world } = harness;
  const variantId = world.goodsOf(1);
  world.next("payments.open", "hangs after");
  const placing = place(variantId);
  const orderId = await eventually(() => {
    const [last] = [...world.payments.keys()].slice(-1);
    expect(world.hanging).toBe(1);
    return last ?? "";
  });
  await pay(harness, orderId);
  await becomes(harness, orderId, "settling").catch(() => undefined);
  world.letGo();
  await placing;
  await becomes(harness, orderId, "paid");
  expect(world.committed.get(orderId)).toBe(1);
});
