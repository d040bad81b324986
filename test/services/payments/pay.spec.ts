/** Opening, paying, closing and looking up, with the simulator and with cash. */
import { v7 } from "uuid";
import {
  AmountMismatch,
  OrderNotPayable,
  OrderNotReady,
  PaymentCaptured,
  PaymentDeclined,
  PaymentFailed,
} from "../../../services/payments/payments.contract.ts";
import { OrderNotFound } from "../../../services/orders/orders.contract.ts";
import { KeyReused } from "../../../lib/idempotency.ts";
import { aPerson, eventually, staffOf } from "../../support/stage.ts";
import { broken, scene, type Scene } from "./scene.ts";

let harness: Scene;
beforeAll(async () => {
  harness = await scene();
});
afterAll(async () => {
  await harness.leave();
});
afterEach(() => harness.simulate({}));

const capturedOf = async (orderId: string) =>
  (await harness.published("payments", PaymentCaptured)).filter(
    (published) => published.orderId === orderId,
  );

describe("paying with the simulator", () => {
  test("charges the amount due, says so in French, and tells it once", async () => {
    const { order, payer } = harness.anOrder(179_998);
    const { paymentId } = await harness.open(order);
    expect(await harness.pay(order, payer)).toEqual({
      success: true,
      message: "Paiement traité avec succès",
      status: "SUCCESS",
      paymentId,
      amount: 1799.98,
      amountMinor: 179_998,
      currency: "EUR",
    });
    expect(await harness.lookUp(order)).toEqual({ paymentId, state: "captured" });
    expect(await capturedOf(order.orderId)).toEqual([
      {
        paymentId,
        orderId: order.orderId,
        customerId: payer.id,
        currency: "EUR",
        amountMinor: 179_998,
      },
    ]);
  });

  test("opens the payment itself when the order's process has not come to it yet", async () => {
    const { order, payer } = harness.anOrder();
    const paid = await harness.pay(order, payer, { language: "en" });
    expect(paid).toMatchObject({ status: "SUCCESS", message: "Payment processed successfully" });
    expect(await harness.open(order)).toEqual({ paymentId: paid.paymentId, state: "captured" });
  });

  test("a second payment by the same payer charges nothing more", async () => {
    const { order, payer } = harness.anOrder();
    const first = await harness.pay(order, payer);
    harness.orders.set(order.orderId, { ...order, status: "paid" });
    expect(await harness.pay(order, payer)).toEqual(first);
    expect(await capturedOf(order.orderId)).toHaveLength(1);
  });

  test("somebody else is told that the order is paid", async () => {
    const { order, payer } = harness.anOrder();
    await harness.pay(order, payer);
    await expect(harness.pay(order, harness.cashier)).rejects.toMatchObject({
      type: OrderNotPayable.type,
      code: 409,
    });
  });

  test("another amount or currency is refused with what is due", async () => {
    const { order, payer } = harness.anOrder(1_999);
    for (const wrong of [{ amount: 19.98 }, { amount: 0 }, { currency: "USD" }])
      await expect(harness.pay(order, payer, wrong)).rejects.toMatchObject({
        type: AmountMismatch.type,
        code: 422,
        data: { due: "19.99", dueMinor: 1_999, currency: "EUR" },
      });
    await expect(harness.pay(order, payer, { amount: 19.999 })).rejects.toMatchObject({
      code: 422,
    });
  });

  test("another's order does not exist", async () => {
    const { order } = harness.anOrder();
    for (const person of [aPerson(), staffOf(v7(), "cashier")])
      await expect(harness.pay(order, person)).rejects.toMatchObject({
        type: OrderNotFound.type,
        code: 404,
      });
  });

  test("an order whose stock is being held is waited for", async () => {
    const { order, payer } = harness.anOrder(100, { status: "pending" });
    const paying = harness.pay(order, payer);
    await eventually(() => expect(harness.asked.times).toBeGreaterThan(0));
    harness.orders.set(order.orderId, { ...order, status: "awaiting_payment" });
    expect(await paying).toMatchObject({ status: "SUCCESS" });
  });

  test("an order whose stock stays unheld is to be paid later", async () => {
    const { order, payer } = harness.anOrder(100, { status: "pending" });
    await expect(harness.pay(order, payer)).rejects.toMatchObject({
      type: OrderNotReady.type,
      code: 409,
      data: { retryable: true },
    });
  });

  test.each(["cancelled", "rejected"] as const)("a %s order is not paid", async (status) => {
    const { order, payer } = harness.anOrder(100, { status });
    await expect(harness.pay(order, payer)).rejects.toMatchObject({ type: OrderNotPayable.type });
    expect(await harness.lookUp(order)).toEqual({ state: "created" });
  });

  test("an order that costs nothing is paid as soon as it is opened", async () => {
    const { order, payer } = harness.anOrder(0);
    expect(await harness.open(order)).toMatchObject({ state: "captured" });
    expect(await harness.pay(order, payer)).toMatchObject({ status: "SUCCESS", amount: 0 });
    expect(await capturedOf(order.orderId)).toHaveLength(1);
  });
});

describe("a declined payment", () => {
  test("says why, stays open, and can be tried again", async () => {
    const { order, payer } = harness.anOrder();
    const { paymentId } = await harness.open(order);
    const declined = harness.pay(order, payer, { simulate: { decline: true, reason: "no_funds" } });
    await expect(declined).rejects.toMatchObject({
      type: PaymentDeclined.type,
      code: 402,
      data: { paymentId, cause: "no_funds" },
    });
    expect(await harness.lookUp(order)).toEqual({ paymentId, state: "open" });
    const failed = await harness.published("payments", PaymentFailed);
    expect(failed.filter((published) => published.paymentId === paymentId)).toMatchObject([
      { reason: "no_funds" },
    ]);
    expect(await harness.pay(order, payer)).toMatchObject({ status: "SUCCESS", paymentId });
  });

  test("asked again with its key answers the same decline, and tries nothing", async () => {
    const { order, payer } = harness.anOrder();
    const asked = { key: v7(), simulate: { decline: true } };
    await expect(harness.pay(order, payer, asked)).rejects.toMatchObject({ code: 402 });
    await harness.simulate({});
    await expect(harness.pay(order, payer, asked)).rejects.toMatchObject({ code: 402 });
    expect(
      await harness.rows(
        "select 1 from attempt a join payment p on p.id = payment_id where order_id = $1",
        [order.orderId],
      ),
    ).toHaveLength(1);
  });
});

describe("the same key", () => {
  test("fifty times at once is one attempt, one capture and one answer", async () => {
    const { order, payer } = harness.anOrder();
    const key = v7();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => harness.pay(order, payer, { key })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await capturedOf(order.orderId)).toHaveLength(1);
  });

  test("with another body is refused", async () => {
    const { order, payer } = harness.anOrder();
    const key = v7();
    await harness.pay(order, payer, { key });
    await expect(harness.pay(order, payer, { key, currency: "EUR" })).rejects.toMatchObject({
      type: KeyReused.type,
    });
  });
});

test("fifty payments of one order at once, without a key, are one capture", async () => {
  const { order, payer } = harness.anOrder();
  const answers = await Promise.all(Array.from({ length: 50 }, () => harness.pay(order, payer)));
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill("SUCCESS"));
  expect(await capturedOf(order.orderId)).toHaveLength(1);
  const charges = await harness.rows(
    `select 1 from simulator_intent i join payment p on p.id::text = i.payment_id
     where p.order_id = $1 and i.status = 'succeeded'`,
    [order.orderId],
  );
  expect(charges).toHaveLength(1);
});

test("the ledger and the payments agree", async () => {
  await eventually(async () => expect(await broken(harness)).toEqual([]));
});
