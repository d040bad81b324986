/** Changing to cash, and closing, against whoever pays meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import { v7 } from "uuid";
import {
  CashNeedsStaff,
  OrderNotPayable,
  PaymentCaptured,
  PaymentClosed,
} from "../../../services/payments/payments.contract.ts";
import { eventually, staffOf } from "../../support/stage.ts";
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
const closedOf = async (orderId: string) =>
  (await harness.published("payments", PaymentClosed)).filter(
    (published) => published.orderId === orderId,
  );

describe("cash", () => {
  test("is captured at once by the store's staff, whatever was open before", async () => {
    const { order } = harness.anOrder(5_000);
    const before = await harness.open(order);
    const paid = await harness.pay(order, harness.cashier, { provider: "cash" });
    expect(paid).toMatchObject({ status: "SUCCESS", amountMinor: 5_000 });
    expect(paid.paymentId).not.toBe(before.paymentId);
    expect(await harness.lookUp(order)).toEqual({ paymentId: paid.paymentId, state: "captured" });
    // The order was not closed: only its first payment was.
    expect(await closedOf(order.orderId)).toEqual([]);
    const entries = await harness.rows(
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
    const { order, payer } = harness.anOrder();
    await expect(harness.pay(order, payer, { provider: "cash" })).rejects.toMatchObject({
      type: CashNeedsStaff.type,
      code: 403,
    });
    const elsewhere = { ...staffOf(v7(), "cashier"), id: payer.id };
    await expect(harness.pay(order, elsewhere, { provider: "cash" })).rejects.toMatchObject({
      type: CashNeedsStaff.type,
    });
    // Nor does the asking change with whom it can be paid.
    const rows = await harness.rows("select 1 from payment where order_id = $1", [order.orderId]);
    expect(rows).toEqual([]);
  });

  test("twenty cashiers at once take it once", async () => {
    const { order } = harness.anOrder();
    const paying = Array.from({ length: 20 }, () =>
      harness.pay(order, harness.cashier, { provider: "cash" }),
    );
    const answers = await Promise.allSettled(paying);
    expect(answers.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
    expect(await capturedOf(order.orderId)).toHaveLength(1);
  });
});

describe("closing", () => {
  test("an open payment closes it for ever, at the provider too", async () => {
    const { order, payer } = harness.anOrder();
    await harness.open(order);
    expect(await harness.close(order)).toEqual({ state: "closed" });
    expect(await harness.close(order)).toEqual({ state: "closed" });
    expect(await closedOf(order.orderId)).toHaveLength(1);
    await expect(harness.pay(order, payer)).rejects.toMatchObject({ type: OrderNotPayable.type });
    expect(await harness.open(order)).toMatchObject({ state: "closed" });
  });

  test("a captured payment answers that it is captured", async () => {
    const { order, payer } = harness.anOrder();
    await harness.pay(order, payer);
    expect(await harness.close(order)).toEqual({ state: "captured" });
  });

  test("before the payment was opened leaves it closed for whoever opens it later", async () => {
    const { order } = harness.anOrder();
    expect(await harness.close(order)).toEqual({ state: "closed" });
    expect(await harness.open(order)).toMatchObject({ state: "closed" });
    expect(await harness.lookUp(order)).toMatchObject({ state: "closed" });
  });

  test("and opening at once agree on one end", async () => {
    for (let n = 0; n < 25; n += 1) {
      const { order } = harness.anOrder();
      await Promise.all([harness.open(order), harness.close(order)]);
      expect(await harness.lookUp(order)).toMatchObject({ state: "closed" });
    }
  });

  test.each(["simulator", "cash"] as const)(
    "and paying by %s at once have one winner, on which both agree",
    async (provider) => {
      const ends = new Set<string>();
      for (let n = 0; n < 60; n += 1) {
        const { order } = harness.anOrder();
        await harness.open(order, provider);
        const startMs = n % 6;
        const paying = sleep(Math.max(0, startMs - 2)).then(() =>
          harness.pay(order, harness.cashier).then(
            () => "captured",
            () => "closed",
          ),
        );
        const closing = sleep(Math.max(0, 12 - 4 * startMs)).then(() => harness.close(order));
        const [paid, { state }] = await Promise.all([paying, closing]);
        expect(state).toBe(paid);
        expect(await harness.lookUp(order)).toMatchObject({ state });
        ends.add(state);
      }
      expect([...ends].sort()).toEqual(["captured", "closed"]);
    },
    60_000,
  );
});

test("the ledger and the payments agree", async () => {
  await eventually(async () => expect(await broken(harness)).toEqual([]));
});
