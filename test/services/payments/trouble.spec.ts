/** What a provider can do wrong: answers lost, late, or against its word. */
import { v7 } from "uuid";
import {
  OrderNotPayable,
  PaymentCaptured,
  PaymentClosed,
  PaymentFailed,
  PaymentInProgress,
  type Scenario,
} from "../../../services/payments/payments.contract.ts";
import { eventually } from "../../support/stage.ts";
import { broken, type Order, scene, type Scene } from "./scene.ts";

let harness: Scene;
beforeAll(async () => {
  harness = await scene();
});
afterAll(() => harness.leave());
afterEach(() => harness.simulate({}));

const capturesOf = async ({ orderId }: Order) =>
  (await harness.published("payments", PaymentCaptured)).filter(
    (published) => published.orderId === orderId,
  );
const chargesOf = ({ orderId }: Order) =>
  harness.rows<{ id: string; status: string; key: string }>(
    `select i.id, i.status, i.key from simulator_intent i join payment p on p.id::text = i.payment_id
     where p.order_id = $1`,
    [orderId],
  );
const stateOf = async ({ orderId }: Order) =>
  (
    await harness.rows<{ state: string }>("select state from payment where order_id = $1", [
      orderId,
    ])
  )[0]?.state;

describe("an answer that is lost", () => {
  test.each([true, false])(
    "on confirming (done: %s) is pending, then one capture",
    async (done) => {
      const { order, payer } = harness.anOrder();
      const key = v7();
      const simulate: Scenario = { timeout: { call: "confirm", done }, loseWebhooks: true };
      const paying: Promise<unknown> & { ctx?: { meta: object } } = harness.audience.call(
        "payments.pay",
        { orderId: order.orderId, amount: order.totalMinor / 100, simulate },
        { meta: harness.metaOf(payer, { key }) },
      );
      expect(await paying).toMatchObject({ success: false, status: "PENDING" });
      expect(paying.ctx?.meta).toMatchObject({ $statusCode: 202 });

      await eventually(async () => {
        await harness.hurry();
        expect(await stateOf(order)).toBe("captured");
      });
      expect(await harness.pay(order, payer, { key, simulate })).toMatchObject({
        status: "SUCCESS",
      });
      expect(await capturesOf(order)).toHaveLength(1);
      expect(await chargesOf(order)).toMatchObject([{ status: "succeeded" }]);
    },
  );

  test("on confirming, and asked again by the client with the same key: one capture", async () => {
    const { order, payer } = harness.anOrder();
    const asked = { key: v7(), simulate: { timeout: { call: "confirm", done: true } } as const };
    expect(await harness.pay(order, payer, asked)).toMatchObject({ status: "PENDING" });
    expect(await harness.pay(order, payer, asked)).toMatchObject({ status: "SUCCESS" });
    expect(await capturesOf(order)).toHaveLength(1);
  });

  test.each([true, false])("on creating (done: %s) leaves one object there", async (done) => {
    await harness.simulate({ timeout: { call: "create", done, times: 2 } });
    const { order, payer } = harness.anOrder();
    expect(await harness.open(order)).toMatchObject({ state: "created" });
    expect(await harness.lookUp(order)).toMatchObject({ state: "created" });
    expect(await harness.open(order)).toMatchObject({ state: "open" });
    expect(await harness.pay(order, payer)).toMatchObject({ status: "SUCCESS" });
    expect(await chargesOf(order)).toHaveLength(1);
  });

  test.each([true, false])("on cancelling (done: %s) is asked again", async (done) => {
    const { order, payer } = harness.anOrder();
    const { paymentId } = await harness.open(order);
    await harness.simulate({ timeout: { call: "cancel", done }, loseWebhooks: true });
    expect(await harness.close(order)).toEqual({ state: "processing" });
    // Nobody knows whether it is cancelled, so nobody may begin to pay it any more.
    await expect(harness.pay(order, payer)).rejects.toMatchObject({ type: OrderNotPayable.type });
    expect(await harness.rows("select 1 from attempt where payment_id = $1", [paymentId])).toEqual(
      [],
    );
    await eventually(async () => {
      await harness.hurry();
      expect(await stateOf(order)).toBe("closed");
    });
    await expect(harness.pay(order, payer)).rejects.toMatchObject({ type: OrderNotPayable.type });
    expect(await harness.close(order)).toEqual({ state: "closed" });
  });

  test("on changing to cash: nothing is taken twice, and the change is made later", async () => {
    const { order } = harness.anOrder();
    await harness.open(order);
    await harness.simulate({ timeout: { call: "cancel", done: true }, loseWebhooks: true });
    const cash = { provider: "cash" } as const;
    await expect(harness.pay(order, harness.cashier, cash)).rejects.toMatchObject({
      type: PaymentInProgress.type,
      code: 409,
    });
    // The wish outlives the lost answer: the poller makes the change, and the order is not closed.
    await eventually(async () => {
      await harness.hurry();
      expect(
        await harness.rows(
          "select provider from payment where order_id = $1 and state <> 'closed' and not closing",
          [order.orderId],
        ),
      ).toEqual([{ provider: "cash" }]);
    });
    expect(await harness.pay(order, harness.cashier, cash)).toMatchObject({ status: "SUCCESS" });
    const closed = await harness.published("payments", PaymentClosed);
    expect(closed.filter(({ orderId }) => orderId === order.orderId)).toEqual([]);
    expect(await capturesOf(order)).toHaveLength(1);
  });
});

describe("a provider that decides late", () => {
  test("is processing until it captures", async () => {
    const { order, payer } = harness.anOrder();
    const pending = await harness.pay(order, payer, { simulate: { lateMs: 600 } });
    expect(pending).toMatchObject({ status: "PENDING", success: false });
    expect(await harness.lookUp(order)).toMatchObject({ state: "processing" });
    expect(await harness.close(order)).toEqual({ state: "processing" });
    await eventually(async () => expect(await stateOf(order)).toBe("captured"));
    expect(await harness.close(order)).toEqual({ state: "captured" });
    expect(await capturesOf(order)).toHaveLength(1);
  });

  test("and declines: the payment can be paid again, or closed", async () => {
    const declinedLate = async () => {
      const { order, payer } = harness.anOrder();
      await harness.pay(order, payer, { simulate: { lateMs: 150, decline: true } });
      await eventually(async () =>
        expect(await harness.lookUp(order)).toMatchObject({ state: "open" }),
      );
      const failed = await harness.published("payments", PaymentFailed);
      expect(failed.filter(({ orderId }) => orderId === order.orderId)).toHaveLength(1);
      return { order, payer };
    };
    const { order, payer } = await declinedLate();
    expect(await harness.pay(order, payer)).toMatchObject({ status: "SUCCESS" });
    expect(await harness.close((await declinedLate()).order)).toEqual({ state: "closed" });
  });

  test("after it has cancelled: the money is written down and goes back by itself", async () => {
    const { order } = harness.anOrder(4_200);
    const { paymentId } = await harness.open(order);
    await harness.simulate({ captureAfterCancel: true, copies: 3 });
    expect(await harness.close(order)).toEqual({ state: "closed" });
    await eventually(async () =>
      expect(
        await harness.rows("select amount, state from late_capture where payment_id = $1", [
          paymentId,
        ]),
      ).toEqual([{ amount: 4_200, state: "succeeded" }]),
    );
    expect(await stateOf(order)).toBe("closed");
    expect(await capturesOf(order)).toEqual([]);
    const kinds = await harness.rows(
      `select kind, count(*)::int as n from entry where ref in
         (select id from late_capture where payment_id = $1) group by 1 order by 1`,
      [paymentId],
    );
    expect(kinds).toEqual([
      { kind: "late_capture", n: 2 },
      { kind: "late_refund", n: 2 },
    ]);
    expect(
      await harness.rows(
        "select r.key from simulator_refund r join simulator_intent i on i.id = r.intent_id where i.key = $1",
        [paymentId],
      ),
    ).toEqual([{ key: expect.stringMatching(/^late:ch_/) }]);
  });

  test("after it has cancelled, with its webhook lost: it is found all the same", async () => {
    const { order } = harness.anOrder();
    const { paymentId } = await harness.open(order);
    await harness.simulate({ captureAfterCancel: true, loseWebhooks: true });
    await harness.close(order);
    await eventually(async () => {
      await harness.hurry();
      expect(
        await harness.rows("select state from late_capture where payment_id = $1", [paymentId]),
      ).toEqual([{ state: "succeeded" }]);
    });
    expect(await stateOf(order)).toBe("closed");
  });
});

test("the ledger, the payments and the provider agree", async () => {
  await eventually(async () => {
    await harness.hurry();
    expect(await broken(harness)).toEqual([]);
  });
});
