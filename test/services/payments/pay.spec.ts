/** Opening, paying, closing and looking up, with the simulator and with cash. */
import { setTimeout as sleep } from "node:timers/promises";
import { v7 } from "uuid";
import {
  AmountMismatch,
  CashNeedsStaff,
  OrderNotPayable,
  OrderNotReady,
  PaymentCaptured,
  PaymentClosed,
  PaymentDeclined,
  PaymentFailed,
  SetSimulator,
} from "../../../services/payments/payments.contract.ts";
import { OrderNotFound } from "../../../services/orders/orders.contract.ts";
import { KeyReused } from "../../../lib/idempotency.ts";
import { aPerson, eventually, staffOf } from "../../support/stage.ts";
import { broken, scene, type Scene } from "./scene.ts";

let play: Scene;
beforeAll(async () => {
  play = await scene();
});
afterAll(async () => {
  await play.leave();
});
afterEach(() => play.simulate({}));

const capturedOf = async (orderId: string) =>
  (await play.told("payments", PaymentCaptured)).filter((told) => told.orderId === orderId);
const closedOf = async (orderId: string) =>
  (await play.told("payments", PaymentClosed)).filter((told) => told.orderId === orderId);

describe("paying with the simulator", () => {
  test("charges the amount due, says so in French, and tells it once", async () => {
    const { order, payer } = play.anOrder(179_998);
    const { paymentId } = await play.open(order);
    expect(await play.pay(order, payer)).toEqual({
      success: true,
      message: "Paiement traité avec succès",
      status: "SUCCESS",
      paymentId,
      amount: 1799.98,
      amountMinor: 179_998,
      currency: "EUR",
    });
    expect(await play.lookUp(order)).toEqual({ paymentId, state: "captured" });
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
    const { order, payer } = play.anOrder();
    const paid = await play.pay(order, payer, { language: "en" });
    expect(paid).toMatchObject({ status: "SUCCESS", message: "Payment processed successfully" });
    expect(await play.open(order)).toEqual({ paymentId: paid.paymentId, state: "captured" });
  });

  test("a second payment by the same payer charges nothing more", async () => {
    const { order, payer } = play.anOrder();
    const first = await play.pay(order, payer);
    play.orders.set(order.orderId, { ...order, status: "paid" });
    expect(await play.pay(order, payer)).toEqual(first);
    expect(await capturedOf(order.orderId)).toHaveLength(1);
  });

  test("somebody else is told that the order is paid", async () => {
    const { order, payer } = play.anOrder();
    await play.pay(order, payer);
    await expect(play.pay(order, play.cashier)).rejects.toMatchObject({
      type: OrderNotPayable.type,
      code: 409,
    });
  });

  test("another amount or currency is refused with what is due", async () => {
    const { order, payer } = play.anOrder(1_999);
    for (const wrong of [{ amount: 19.98 }, { amount: 0 }, { currency: "USD" }])
      await expect(play.pay(order, payer, wrong)).rejects.toMatchObject({
        type: AmountMismatch.type,
        code: 422,
        data: { due: "19.99", dueMinor: 1_999, currency: "EUR" },
      });
    await expect(play.pay(order, payer, { amount: 19.999 })).rejects.toMatchObject({ code: 422 });
  });

  test("another's order does not exist", async () => {
    const { order } = play.anOrder();
    for (const person of [aPerson(), staffOf(v7(), "cashier")])
      await expect(play.pay(order, person)).rejects.toMatchObject({
        type: OrderNotFound.type,
        code: 404,
      });
  });

  test("an order whose stock is being held is waited for", async () => {
    const { order, payer } = play.anOrder(100, { status: "pending" });
    const paying = play.pay(order, payer);
    await eventually(() => expect(play.asked.times).toBeGreaterThan(0));
    play.orders.set(order.orderId, { ...order, status: "awaiting_payment" });
    expect(await paying).toMatchObject({ status: "SUCCESS" });
  });

  test("an order whose stock stays unheld is to be paid later", async () => {
    const { order, payer } = play.anOrder(100, { status: "pending" });
    await expect(play.pay(order, payer)).rejects.toMatchObject({
      type: OrderNotReady.type,
      code: 409,
      data: { retryable: true },
    });
  });

  test.each(["cancelled", "rejected"] as const)("a %s order is not paid", async (status) => {
    const { order, payer } = play.anOrder(100, { status });
    await expect(play.pay(order, payer)).rejects.toMatchObject({ type: OrderNotPayable.type });
    expect(await play.lookUp(order)).toEqual({ state: "created" });
  });

  test("an order that costs nothing is paid as soon as it is opened", async () => {
    const { order, payer } = play.anOrder(0);
    expect(await play.open(order)).toMatchObject({ state: "captured" });
    expect(await play.pay(order, payer)).toMatchObject({ status: "SUCCESS", amount: 0 });
    expect(await capturedOf(order.orderId)).toHaveLength(1);
  });

  test("only an operator tells the simulator how to behave", async () => {
    await expect(play.call(SetSimulator, {}, play.manager)).rejects.toMatchObject({ code: 403 });
  });
});

describe("a declined payment", () => {
  test("says why, stays open, and can be tried again", async () => {
    const { order, payer } = play.anOrder();
    const { paymentId } = await play.open(order);
    const declined = play.pay(order, payer, { simulate: { decline: true, reason: "no_funds" } });
    await expect(declined).rejects.toMatchObject({
      type: PaymentDeclined.type,
      code: 402,
      data: { paymentId, cause: "no_funds" },
    });
    expect(await play.lookUp(order)).toEqual({ paymentId, state: "open" });
    const failed = await play.told("payments", PaymentFailed);
    expect(failed.filter((told) => told.paymentId === paymentId)).toMatchObject([
      { reason: "no_funds" },
    ]);
    expect(await play.pay(order, payer)).toMatchObject({ status: "SUCCESS", paymentId });
  });

  test("asked again with its key answers the same decline, and tries nothing", async () => {
    const { order, payer } = play.anOrder();
    const asked = { key: v7(), simulate: { decline: true } };
    await expect(play.pay(order, payer, asked)).rejects.toMatchObject({ code: 402 });
    await play.simulate({});
    await expect(play.pay(order, payer, asked)).rejects.toMatchObject({ code: 402 });
    expect(
      await play.rows(
        "select 1 from attempt a join payment p on p.id = payment_id where order_id = $1",
        [order.orderId],
      ),
    ).toHaveLength(1);
  });
});

describe("the same key", () => {
  test("fifty times at once is one attempt, one capture and one answer", async () => {
    const { order, payer } = play.anOrder();
    const key = v7();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => play.pay(order, payer, { key })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await capturedOf(order.orderId)).toHaveLength(1);
  });

  test("with another body is refused", async () => {
    const { order, payer } = play.anOrder();
    const key = v7();
    await play.pay(order, payer, { key });
    await expect(play.pay(order, payer, { key, currency: "EUR" })).rejects.toMatchObject({
      type: KeyReused.type,
    });
  });
});

test("fifty payments of one order at once, without a key, are one capture", async () => {
  const { order, payer } = play.anOrder();
  const answers = await Promise.all(Array.from({ length: 50 }, () => play.pay(order, payer)));
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill("SUCCESS"));
  expect(await capturedOf(order.orderId)).toHaveLength(1);
  const charges = await play.rows(
    `select 1 from simulator_intent i join payment p on p.id::text = i.payment_id
     where p.order_id = $1 and i.status = 'succeeded'`,
    [order.orderId],
  );
  expect(charges).toHaveLength(1);
});

describe("cash", () => {
  test("is captured at once by the store's staff, whatever was open before", async () => {
    const { order } = play.anOrder(5_000);
    const before = await play.open(order);
    const paid = await play.pay(order, play.cashier, { provider: "cash" });
    expect(paid).toMatchObject({ status: "SUCCESS", amountMinor: 5_000 });
    expect(paid.paymentId).not.toBe(before.paymentId);
    expect(await play.lookUp(order)).toEqual({ paymentId: paid.paymentId, state: "captured" });
    // The order was not closed: only its first payment was.
    expect(await closedOf(order.orderId)).toEqual([]);
    const entries = await play.rows(
      "select account, amount from entry where ref = $1 order by id",
      [paid.paymentId],
    );
    expect(entries).toEqual([
      { account: "psp_clearing", amount: 5_000 },
      { account: "customer_orders", amount: -5_000 },
      { account: "cash", amount: 5_000 },
      { account: "psp_clearing", amount: -5_000 },
    ]);
  });

  test("is not taken by the customer, nor by another store's staff", async () => {
    const { order, payer } = play.anOrder();
    await expect(play.pay(order, payer, { provider: "cash" })).rejects.toMatchObject({
      type: CashNeedsStaff.type,
      code: 403,
    });
    const elsewhere = { ...staffOf(v7(), "cashier"), id: payer.id };
    await expect(play.pay(order, elsewhere, { provider: "cash" })).rejects.toMatchObject({
      type: CashNeedsStaff.type,
    });
  });

  test("twenty cashiers at once take it once", async () => {
    const { order } = play.anOrder();
    const paying = Array.from({ length: 20 }, () =>
      play.pay(order, play.cashier, { provider: "cash" }),
    );
    const answers = await Promise.allSettled(paying);
    expect(answers.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
    expect(await capturedOf(order.orderId)).toHaveLength(1);
  });
});

describe("closing", () => {
  test("an open payment closes it for ever, at the provider too", async () => {
    const { order, payer } = play.anOrder();
    await play.open(order);
    expect(await play.close(order)).toEqual({ state: "closed" });
    expect(await play.close(order)).toEqual({ state: "closed" });
    expect(await closedOf(order.orderId)).toHaveLength(1);
    await expect(play.pay(order, payer)).rejects.toMatchObject({ type: OrderNotPayable.type });
    expect(await play.open(order)).toMatchObject({ state: "closed" });
  });

  test("a captured payment answers that it is captured", async () => {
    const { order, payer } = play.anOrder();
    await play.pay(order, payer);
    expect(await play.close(order)).toEqual({ state: "captured" });
  });

  test("before the payment was opened leaves it closed for whoever opens it later", async () => {
    const { order } = play.anOrder();
    expect(await play.close(order)).toEqual({ state: "closed" });
    expect(await play.open(order)).toMatchObject({ state: "closed" });
    expect(await play.lookUp(order)).toMatchObject({ state: "closed" });
  });

  test("and opening at once agree on one end", async () => {
    for (let n = 0; n < 25; n += 1) {
      const { order } = play.anOrder();
      await Promise.all([play.open(order), play.close(order)]);
      expect(await play.lookUp(order)).toMatchObject({ state: "closed" });
    }
  });

  test.each(["simulator", "cash"] as const)(
    "and paying by %s at once have one winner, on which both agree",
    async (provider) => {
      const ends = new Set<string>();
      for (let n = 0; n < 60; n += 1) {
        const { order } = play.anOrder();
        await play.open(order, provider);
        const startMs = n % 6;
        const paying = sleep(Math.max(0, startMs - 2)).then(() =>
          play.pay(order, play.cashier).then(
            () => "captured",
            () => "closed",
          ),
        );
        const closing = sleep(Math.max(0, 12 - 4 * startMs)).then(() => play.close(order));
        const [paid, { state }] = await Promise.all([paying, closing]);
        expect(state).toBe(paid);
        expect(await play.lookUp(order)).toMatchObject({ state });
        ends.add(state);
      }
      expect([...ends].sort()).toEqual(["captured", "closed"]);
    },
    60_000,
  );
});

test("the ledger and the payments agree", async () => {
  await eventually(async () => expect(await broken(play)).toEqual([]));
});
