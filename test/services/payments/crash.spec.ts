/** Webhooks that come as they like, and what a crash leaves behind. */
import { ensurePayment } from "../../../services/payments/workflows/open.ts";
import { beginAttempt } from "../../../services/payments/workflows/attempt.ts";
import {
  PaymentCaptured,
  PaymentDeclined,
  SetSimulator,
} from "../../../services/payments/payments.contract.ts";
import { assertSimulation } from "../../../services/payments/workflows/simulation.ts";
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
/** Only webhooks can tell from here on. */
const silencePoller = () =>
  harness.sql().run("update payment set due_at = now() + interval '1 hour'");
const allProcessed = (copies: number, { orderId }: Order) =>
  eventually(async () => {
    const queued = await harness.rows("select 1 from simulator_webhook");
    const retained = await harness.rows<{ processed_at: Date | null }>(
      `select processed_at from psp_event e join payment p on p.provider_id = e.psp_id
       where p.order_id = $1`,
      [orderId],
    );
    expect(queued).toEqual([]);
    expect(retained.length).toBeGreaterThanOrEqual(copies);
    expect(retained.filter((event) => event.processed_at === null)).toEqual([]);
  });

describe("webhooks", () => {
  const lost = { call: "confirm", done: true, times: 100 } as const;

  test("five times, shuffled and late, are one capture", async () => {
    const { order, payer } = harness.anOrder();
    await harness.pay(order, payer, { simulate: { timeout: lost, copies: 5, shuffleMs: 900 } });
    await silencePoller();
    await eventually(async () => expect(await stateOf(order)).toBe("captured"));
    await allProcessed(1, order);
    expect(await capturesOf(order)).toHaveLength(1);
  });

  test("that overtake each other end as the provider did", async () => {
    const { order, payer } = harness.anOrder();
    await harness.simulate({ copies: 3, shuffleMs: 700 });
    const declined = harness.pay(order, payer, { simulate: { decline: true } });
    await expect(declined).rejects.toMatchObject({ type: PaymentDeclined.type });
    await harness.pay(order, payer, { simulate: { lateMs: 200 } });
    await silencePoller();
    await eventually(async () => expect(await stateOf(order)).toBe("captured"));
    await allProcessed(2, order);
    expect(await stateOf(order)).toBe("captured");
    expect(await capturesOf(order)).toHaveLength(1);
  });

  test("that are all lost are not needed", async () => {
    const { order, payer } = harness.anOrder();
    await harness.pay(order, payer, { simulate: { lateMs: 50, loseWebhooks: true } });
    await eventually(async () => {
      await harness.hurry();
      expect(await stateOf(order)).toBe("captured");
    });
    expect(
      await harness.rows(
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
    const { order } = harness.anOrder();
    const payment = await ensurePayment(harness.service(), opening(order));
    expect(await chargesOf(order)).toEqual([]);
    expect(await harness.open(order)).toEqual({ paymentId: payment.id, state: "open" });
    expect(await chargesOf(order)).toMatchObject([{ key: payment.id }]);
  });

  test("between the provider's object and our row's knowing it, there is still one", async () => {
    const { order } = harness.anOrder();
    const payment = await ensurePayment(harness.service(), opening(order));
    await harness
      .service()
      .simulator.create(payment.id, { paymentId: payment.id, ...opening(order) });
    expect(await harness.open(order)).toEqual({ paymentId: payment.id, state: "open" });
    expect(await chargesOf(order)).toHaveLength(1);
  });

  test("before closing, what may exist at the provider is found and cancelled there", async () => {
    const { order } = harness.anOrder();
    const payment = await ensurePayment(harness.service(), opening(order));
    await harness
      .service()
      .simulator.create(payment.id, { paymentId: payment.id, ...opening(order) });
    expect(await harness.close(order)).toEqual({ state: "closed" });
    expect(await chargesOf(order)).toMatchObject([{ status: "canceled" }]);
  });

  test("between writing an attempt and sending it, the poller sends it", async () => {
    for (const provider of ["simulator", "cash"] as const) {
      const { order, payer } = harness.anOrder();
      const { paymentId } = await harness.open(order, provider);
      const trying = { payerId: payer.id, claim: undefined, simulate: undefined };
      await beginAttempt(harness.service(), paymentId, trying);
      await eventually(async () => {
        await harness.hurry();
        expect(await stateOf(order)).toBe("captured");
      });
      expect(await capturesOf(order)).toHaveLength(1);
    }
  });

  test("between the provider's capture and our row, closing honours it", async () => {
    const { order, payer } = harness.anOrder();
    const { paymentId } = await harness.open(order);
    const trying = { payerId: payer.id, claim: undefined, simulate: undefined };
    const { attempt } = await beginAttempt(harness.service(), paymentId, trying);
    const [object] = await chargesOf(order);
    await harness
      .service()
      .simulator.confirm(attempt?.id ?? "", object?.id ?? "", { loseWebhooks: true });
    expect(await harness.close(order)).toEqual({ state: "captured" });
    expect(await capturesOf(order)).toHaveLength(1);
  });
});

test("pauses between looks grow to five minutes, from 20 s or, with money in flight, from 2 s", async () => {
  const { order, payer } = harness.anOrder();
  await harness.open(order);
  const pauseAfter = async (polls: number) => {
    await harness
      .sql()
      .run("update payment set polls = $2, due_at = now() where order_id = $1", [
        order.orderId,
        polls,
      ]);
    const [row] = await eventually(async () => {
      const rows = await harness.rows<{ seconds: number }>(
        `select round(extract(epoch from due_at - now()))::int as seconds from payment
         where order_id = $1 and due_at > now()`,
        [order.orderId],
      );
      expect(rows).toHaveLength(1);
      return rows;
    });
    return row?.seconds;
  };
  for (const [polls, seconds] of [
    [0, 20],
    [2, 80],
    [50, 300],
  ] as const)
    expect(await pauseAfter(polls)).toBe(seconds);

  await harness.pay(order, payer, { simulate: { lateMs: 600_000 } });
  expect(await pauseAfter(1)).toBe(4);
  await harness
    .sql()
    .run("update simulator_intent set decide_at = now() where decide_at is not null");
  await eventually(async () => expect(await stateOf(order)).toBe("captured"));
});

test("only an operator tells the simulator how to behave", async () => {
  await expect(harness.call(SetSimulator, {}, harness.manager)).rejects.toMatchObject({
    code: 403,
  });
});

test("nothing is simulated in production", () => {
  expect(() => assertSimulation({}, true)).toThrow(/not simulated in production/);
  expect(() => assertSimulation(undefined, true)).not.toThrow();
  expect(() => assertSimulation({}, false)).not.toThrow();
});

test("the ledger, the payments and the provider agree", async () => {
  await eventually(async () => {
    await harness.hurry();
    expect(await broken(harness)).toEqual([]);
  });
});
