/** What a provider and its webhooks can do wrong, and what a crash leaves behind. */
import { v7 } from "uuid";
import { ensurePayment } from "../../../services/payments/flows/open.ts";
import { beginAttempt } from "../../../services/payments/flows/attempt.ts";
import {
  OrderNotPayable,
  PaymentCaptured,
  PaymentClosed,
  PaymentDeclined,
  PaymentFailed,
  PaymentInProgress,
  type Scenario,
} from "../../../services/payments/payments.contract.ts";
import { demandSimulation } from "../../../services/payments/flows/simulation.ts";
import { eventually } from "../../support/stage.ts";
import { broken, type Order, scene, type Scene } from "./scene.ts";

let play: Scene;
beforeAll(async () => {
  play = await scene();
});
afterAll(() => play.leave());
afterEach(() => play.simulate({}));

const capturesOf = async ({ orderId }: Order) =>
  (await play.told("payments", PaymentCaptured)).filter((told) => told.orderId === orderId);
const chargesOf = ({ orderId }: Order) =>
  play.rows<{ id: string; status: string; key: string }>(
    `select i.id, i.status, i.key from simulator_intent i join payment p on p.id::text = i.payment_id
     where p.order_id = $1`,
    [orderId],
  );
const stateOf = async ({ orderId }: Order) =>
  (
    await play.rows<{ state: string }>("select state from payment where order_id = $1", [orderId])
  )[0]?.state;
/** Only webhooks can tell from here on. */
const silencePoller = () => play.sql().run("update payment set due_at = now() + interval '1 hour'");
const allProcessed = (copies: number, { orderId }: Order) =>
  eventually(async () => {
    const queued = await play.rows("select 1 from simulator_webhook");
    const kept = await play.rows<{ processed_at: Date | null }>(
      `select processed_at from psp_event e join payment p on p.provider_id = e.psp_id
       where p.order_id = $1`,
      [orderId],
    );
    expect(queued).toEqual([]);
    expect(kept.length).toBeGreaterThanOrEqual(copies);
    expect(kept.filter((event) => event.processed_at === null)).toEqual([]);
  });

describe("an answer that is lost", () => {
  test.each([true, false])(
    "on confirming (done: %s) is pending, then one capture",
    async (done) => {
      const { order, payer } = play.anOrder();
      const key = v7();
      const simulate: Scenario = { timeout: { call: "confirm", done }, loseWebhooks: true };
      const paying: Promise<unknown> & { ctx?: { meta: object } } = play.audience.call(
        "payments.pay",
        { orderId: order.orderId, amount: order.totalMinor / 100, simulate },
        { meta: play.metaOf(payer, { key }) },
      );
      expect(await paying).toMatchObject({ success: false, status: "PENDING" });
      expect(paying.ctx?.meta).toMatchObject({ $statusCode: 202 });

      await eventually(async () => {
        await play.hurry();
        expect(await stateOf(order)).toBe("captured");
      });
      expect(await play.pay(order, payer, { key, simulate })).toMatchObject({ status: "SUCCESS" });
      expect(await capturesOf(order)).toHaveLength(1);
      expect(await chargesOf(order)).toMatchObject([{ status: "succeeded" }]);
    },
  );

  test("on confirming, and asked again by the client with the same key: one capture", async () => {
    const { order, payer } = play.anOrder();
    const asked = { key: v7(), simulate: { timeout: { call: "confirm", done: true } } as const };
    expect(await play.pay(order, payer, asked)).toMatchObject({ status: "PENDING" });
    expect(await play.pay(order, payer, asked)).toMatchObject({ status: "SUCCESS" });
    expect(await capturesOf(order)).toHaveLength(1);
  });

  test.each([true, false])("on creating (done: %s) leaves one object there", async (done) => {
    await play.simulate({ timeout: { call: "create", done, times: 2 } });
    const { order, payer } = play.anOrder();
    expect(await play.open(order)).toMatchObject({ state: "created" });
    expect(await play.lookUp(order)).toMatchObject({ state: "created" });
    expect(await play.open(order)).toMatchObject({ state: "open" });
    expect(await play.pay(order, payer)).toMatchObject({ status: "SUCCESS" });
    expect(await chargesOf(order)).toHaveLength(1);
  });

  test.each([true, false])("on cancelling (done: %s) is asked again", async (done) => {
    const { order, payer } = play.anOrder();
    await play.open(order);
    await play.simulate({ timeout: { call: "cancel", done }, loseWebhooks: true });
    expect(await play.close(order)).toEqual({ state: "processing" });
    await eventually(async () => {
      await play.hurry();
      expect(await stateOf(order)).toBe("closed");
    });
    await expect(play.pay(order, payer)).rejects.toMatchObject({ type: OrderNotPayable.type });
    expect(await play.close(order)).toEqual({ state: "closed" });
  });

  test("on changing to cash: nothing is taken twice, and the change is made later", async () => {
    const { order } = play.anOrder();
    await play.open(order);
    await play.simulate({ timeout: { call: "cancel", done: true }, loseWebhooks: true });
    const cash = { provider: "cash" } as const;
    await expect(play.pay(order, play.cashier, cash)).rejects.toMatchObject({
      type: PaymentInProgress.type,
      code: 409,
    });
    expect(await play.pay(order, play.cashier, cash)).toMatchObject({ status: "SUCCESS" });
    const closed = await play.told("payments", PaymentClosed);
    expect(closed.filter(({ orderId }) => orderId === order.orderId)).toEqual([]);
    expect(await capturesOf(order)).toHaveLength(1);
  });
});

describe("a provider that decides late", () => {
  test("is processing until it captures", async () => {
    const { order, payer } = play.anOrder();
    const pending = await play.pay(order, payer, { simulate: { lateMs: 600 } });
    expect(pending).toMatchObject({ status: "PENDING", success: false });
    expect(await play.lookUp(order)).toMatchObject({ state: "processing" });
    expect(await play.close(order)).toEqual({ state: "processing" });
    await eventually(async () => expect(await stateOf(order)).toBe("captured"));
    expect(await play.close(order)).toEqual({ state: "captured" });
    expect(await capturesOf(order)).toHaveLength(1);
  });

  test("and declines: the payment can be paid again, or closed", async () => {
    const declinedLate = async () => {
      const { order, payer } = play.anOrder();
      await play.pay(order, payer, { simulate: { lateMs: 150, decline: true } });
      await eventually(async () =>
        expect(await play.lookUp(order)).toMatchObject({ state: "open" }),
      );
      const failed = await play.told("payments", PaymentFailed);
      expect(failed.filter(({ orderId }) => orderId === order.orderId)).toHaveLength(1);
      return { order, payer };
    };
    const { order, payer } = await declinedLate();
    expect(await play.pay(order, payer)).toMatchObject({ status: "SUCCESS" });
    expect(await play.close((await declinedLate()).order)).toEqual({ state: "closed" });
  });

  test("after it has cancelled: the money is written down and goes back by itself", async () => {
    const { order } = play.anOrder(4_200);
    const { paymentId } = await play.open(order);
    await play.simulate({ captureAfterCancel: true, copies: 3 });
    expect(await play.close(order)).toEqual({ state: "closed" });
    await eventually(async () =>
      expect(
        await play.rows("select amount, state from late_capture where payment_id = $1", [
          paymentId,
        ]),
      ).toEqual([{ amount: 4_200, state: "succeeded" }]),
    );
    expect(await stateOf(order)).toBe("closed");
    expect(await capturesOf(order)).toEqual([]);
    const kinds = await play.rows(
      `select kind, count(*)::int as n from entry where ref in
         (select id from late_capture where payment_id = $1) group by 1 order by 1`,
      [paymentId],
    );
    expect(kinds).toEqual([
      { kind: "late_capture", n: 2 },
      { kind: "late_refund", n: 2 },
    ]);
    expect(
      await play.rows(
        "select r.key from simulator_refund r join simulator_intent i on i.id = r.intent_id where i.key = $1",
        [paymentId],
      ),
    ).toEqual([{ key: expect.stringMatching(/^late:ch_/) }]);
  });

  test("after it has cancelled, with its webhook lost: it is found all the same", async () => {
    const { order } = play.anOrder();
    const { paymentId } = await play.open(order);
    await play.simulate({ captureAfterCancel: true, loseWebhooks: true });
    await play.close(order);
    await eventually(async () => {
      await play.hurry();
      expect(
        await play.rows("select state from late_capture where payment_id = $1", [paymentId]),
      ).toEqual([{ state: "succeeded" }]);
    });
    expect(await stateOf(order)).toBe("closed");
  });
});

describe("webhooks", () => {
  const lost = { call: "confirm", done: true, times: 100 } as const;

  test("five times, shuffled and late, are one capture", async () => {
    const { order, payer } = play.anOrder();
    await play.pay(order, payer, { simulate: { timeout: lost, copies: 5, shuffleMs: 900 } });
    await silencePoller();
    await eventually(async () => expect(await stateOf(order)).toBe("captured"));
    await allProcessed(1, order);
    expect(await capturesOf(order)).toHaveLength(1);
  });

  test("that overtake each other end as the provider did", async () => {
    const { order, payer } = play.anOrder();
    await play.simulate({ copies: 3, shuffleMs: 700 });
    const declined = play.pay(order, payer, { simulate: { decline: true } });
    await expect(declined).rejects.toMatchObject({ type: PaymentDeclined.type });
    await play.pay(order, payer, { simulate: { lateMs: 200 } });
    await silencePoller();
    await eventually(async () => expect(await stateOf(order)).toBe("captured"));
    await allProcessed(2, order);
    expect(await stateOf(order)).toBe("captured");
    expect(await capturesOf(order)).toHaveLength(1);
  });

  test("that are all lost are not needed", async () => {
    const { order, payer } = play.anOrder();
    await play.pay(order, payer, { simulate: { lateMs: 50, loseWebhooks: true } });
    await eventually(async () => {
      await play.hurry();
      expect(await stateOf(order)).toBe("captured");
    });
    expect(
      await play.rows(
        "select 1 from psp_event e join payment p on p.provider_id = e.psp_id where p.order_id = $1",
        [order.orderId],
      ),
    ).toEqual([]);
  });
});

describe("after a crash", () => {
  const opening = (order: Order) => ({
    orderId: order.orderId,
    customerId: order.customerId,
    currency: order.currency,
    amountMinor: order.totalMinor,
  });

  test("between our row and the provider's object, opening again makes one object", async () => {
    const { order } = play.anOrder();
    const payment = await ensurePayment(play.service(), opening(order));
    expect(await chargesOf(order)).toEqual([]);
    expect(await play.open(order)).toEqual({ paymentId: payment.id, state: "open" });
    expect(await chargesOf(order)).toMatchObject([{ key: payment.id }]);
  });

  test("between the provider's object and our row's knowing it, there is still one", async () => {
    const { order } = play.anOrder();
    const payment = await ensurePayment(play.service(), opening(order));
    await play.service().simulator.create(payment.id, { paymentId: payment.id, ...opening(order) });
    expect(await play.open(order)).toEqual({ paymentId: payment.id, state: "open" });
    expect(await chargesOf(order)).toHaveLength(1);
  });

  test("before closing, what may exist at the provider is found and cancelled there", async () => {
    const { order } = play.anOrder();
    const payment = await ensurePayment(play.service(), opening(order));
    await play.service().simulator.create(payment.id, { paymentId: payment.id, ...opening(order) });
    expect(await play.close(order)).toEqual({ state: "closed" });
    expect(await chargesOf(order)).toMatchObject([{ status: "canceled" }]);
  });

  test("between writing an attempt and sending it, the poller sends it", async () => {
    for (const provider of ["simulator", "cash"] as const) {
      const { order, payer } = play.anOrder();
      const { paymentId } = await play.open(order, provider);
      const trying = { payerId: payer.id, key: undefined, request: {}, simulate: undefined };
      await beginAttempt(play.service(), paymentId, trying);
      await eventually(async () => {
        await play.hurry();
        expect(await stateOf(order)).toBe("captured");
      });
      expect(await capturesOf(order)).toHaveLength(1);
    }
  });

  test("between the provider's capture and our row, closing honours it", async () => {
    const { order, payer } = play.anOrder();
    const { paymentId } = await play.open(order);
    const trying = { payerId: payer.id, key: undefined, request: {}, simulate: undefined };
    const attempt = await beginAttempt(play.service(), paymentId, trying);
    const [object] = await chargesOf(order);
    await play
      .service()
      .simulator.confirm(attempt?.id ?? "", object?.id ?? "", { loseWebhooks: true });
    expect(await play.close(order)).toEqual({ state: "captured" });
    expect(await capturesOf(order)).toHaveLength(1);
  });
});

test("nothing is simulated in production", () => {
  expect(() => demandSimulation({}, true)).toThrow(/not simulated in production/);
  expect(() => demandSimulation(undefined, true)).not.toThrow();
  expect(() => demandSimulation({}, false)).not.toThrow();
});

test("the ledger, the payments and the provider agree", async () => {
  await eventually(async () => {
    await play.hurry();
    expect(await broken(play)).toEqual([]);
  });
});
