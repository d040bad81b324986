/** The checkout against the clock, and with events that come late, twice or early. */
import { PaymentCaptured } from "../../../services/payments/payments.contract.ts";
import { PlaceOrder } from "../../../services/orders/orders.contract.ts";
import { aPerson, eventually, tell } from "../../support/stage.ts";
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

let play: Play;
beforeAll(async () => {
  play = await ordersOnStage();
});
afterAll(() => play.leave());

const place = (variantId: string, more: object = {}, quantity = 1) =>
  play.call(PlaceOrder, { variantId, quantity, ...more }, aPerson());

test("without any event the payment is asked after, and the order is paid all the same", async () => {
  const { orderId } = await place(play.world.goodsOf(1));
  play.world.pay(orderId);
  await hurry(play);
  await becomes(play, orderId, "paid");
});

const expire = (orderId: string) =>
  play.db("orders").sql.run("update saga set deadline = now() where id = $1", [orderId]);

test("at its deadline the payment is closed, and all is let go", async () => {
  const variantId = play.world.goodsOf(1);
  const { orderId } = await place(variantId);
  await expire(orderId);
  await hurry(play);
  await becomes(play, orderId, "cancelled");
  expect(play.world.payments.get(orderId)?.state).toBe("closed");
  expect(play.world.goods.get(variantId)?.stock).toBe(1);
});

test("a payment that wins the race against the deadline is honoured", async () => {
  const { orderId } = await place(play.world.goodsOf(1));
  play.world.next("payments.lookUp", "fails");
  await expire(orderId);
  play.world.pay(orderId);
  await hurry(play);
  await hurry(play);
  await becomes(play, orderId, "paid");
});

test("a payment in processing at its deadline is waited for, then honoured or let go", async () => {
  const { world } = play;
  for (const end of ["captured", "closed"] as const) {
    const { orderId } = await place(world.goodsOf(1));
    const payment = world.payments.get(orderId);
    if (payment) payment.state = "processing";
    await expire(orderId);
    await hurry(play);
    await eventually(async () => expect(await stepOf(play, orderId)).toBe("close"));
    expect(await statusOf(play, orderId)).toBe("awaiting_payment");
    if (payment) payment.state = end;
    await hurry(play);
    await becomes(play, orderId, end === "captured" ? "paid" : "cancelled");
  }
});

test("late and doubled events change nothing", async () => {
  const { world } = play;
  const [paid, dead] = [await place(world.goodsOf(1)), await place(world.goodsOf(1))];
  await pay(play, paid.orderId);
  await tellClosed(play, dead.orderId);
  await becomes(play, paid.orderId, "paid");
  await becomes(play, dead.orderId, "cancelled");

  for (const { orderId } of [paid, dead]) {
    const fact = {
      paymentId: orderId,
      orderId,
      customerId: orderId,
      currency: "EUR",
      amountMinor: 1,
    };
    await tell(play, "payments", PaymentCaptured, fact);
    await tellClosed(play, orderId);
    await tell(play, "payments", PaymentCaptured, fact);
  }
  // A fence: events of one producer are heard in their order.
  const fence = await place(world.goodsOf(1));
  await pay(play, fence.orderId);
  await becomes(play, fence.orderId, "paid");

  expect(await statusOf(play, paid.orderId)).toBe("paid");
  expect(await statusOf(play, dead.orderId)).toBe("cancelled");
  expect(world.committed.get(paid.orderId)).toBe(1);
  expect(world.committed.has(dead.orderId)).toBe(false);
});

test("the payment's event that comes before its opening is recorded counts", async () => {
  const { world } = play;
  const variantId = world.goodsOf(1);
  world.next("payments.open", "hangs after");
  const placing = place(variantId);
  const orderId = await eventually(() => {
    const [last] = [...world.payments.keys()].slice(-1);
    expect(world.hanging).toBe(1);
    return last ?? "";
  });
  await pay(play, orderId);
  await becomes(play, orderId, "settling").catch(() => undefined);
  world.letGo();
  await placing;
  await becomes(play, orderId, "paid");
  expect(world.committed.get(orderId)).toBe(1);
});
