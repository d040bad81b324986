/**
 * Anything, in any order, at once, with a provider that does all that providers do wrong: in the end
 * the money is right. The seed is in the test's name; SEED=… runs one again.
 */
import { ServiceBroker } from "moleculer";
import { v7 } from "uuid";
import { brokerOptions } from "../../../moleculer.config.ts";
import PaymentsService from "../../../services/payments/payments.service.ts";
import {
  RefundOrder,
  RefundPayment,
  type Scenario,
} from "../../../services/payments/payments.contract.ts";
import { eventually } from "../../support/stage.ts";
import { broken, type Order, scene, type Scene } from "./scene.ts";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const ORDERS = 60;
const DEEDS = 600;
const AT_ONCE = 12;

/** Mulberry32: small, and the same everywhere. */
function chanceFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const chance = chanceFrom(seed);
const pick = <T>(...choices: readonly [T, ...T[]]): T =>
  choices[Math.floor(chance() * choices.length)] ?? choices[0];

const aScenario = (): Scenario => ({
  ...(chance() < 0.2 && { decline: true }),
  ...(chance() < 0.3 && { lateMs: 1 + Math.floor(chance() * 200) }),
  ...(chance() < 0.3 && {
    timeout: {
      call: pick("create", "confirm", "get", "cancel", "refund"),
      done: chance() < 0.5,
      times: pick(1, 2, 5),
    },
  }),
  ...(chance() < 0.3 && { copies: pick(2, 5), shuffleMs: 300 }),
  ...(chance() < 0.25 && { loseWebhooks: true }),
  ...(chance() < 0.3 && { refund: pick("fail", "late") }),
  ...(chance() < 0.2 && { captureAfterCancel: true }),
});

let harness: Scene;
let second: ServiceBroker;
beforeAll(async () => {
  harness = await scene();
  // A second node on the same database: both poll, process and deliver, and share the calls.
  const { namespace } = harness.audience;
  second = new ServiceBroker(
    brokerOptions({ namespace, nodeID: "payments-2", transporter: "Fake" }),
  );
  second.createService(PaymentsService);
  await second.start();
});
afterAll(async () => {
  await second.stop();
  await harness.leave();
});

test("both nodes answer calls", async () => {
  await eventually(() => {
    const actions = harness.audience.registry.actions.list({ withEndpoints: true });
    const pay = actions.find(({ name }) => name === "payments.pay") as unknown as { count: number };
    expect(pay.count).toBe(2);
  });
});

type Known = ReturnType<Scene["anOrder"]>;

/** Something that somebody does. Its refusal is an answer too; the end is what counts. */
async function deed({ order, payer }: Known): Promise<unknown> {
  const keyed = { key: `${order.orderId}:${pick(1, 2, 3)}` };
  switch (
    pick(
      "open",
      "pay",
      "pay",
      "payKeyed",
      "cash",
      "close",
      "look",
      "refund",
      "back",
      "mood",
      "hurry",
    )
  ) {
    case "open":
      return harness.open(order, pick("simulator", "cash"));
    case "pay":
      return harness.pay(order, payer, { simulate: aScenario() });
    case "payKeyed":
      return harness.pay(order, payer, keyed);
    case "cash":
      return harness.pay(order, harness.cashier, { provider: "cash" });
    case "close":
      return chance() < 0.4 ? harness.close(order) : harness.lookUp(order);
    case "look":
      return harness.lookUp(order);
    case "refund":
      return refundPart(order);
    case "back":
      return chance() < 0.3
        ? harness.call(RefundOrder, {
            commandId: v7(),
            orderId: order.orderId,
            reason: "cancelled",
          })
        : undefined;
    case "mood":
      return harness.simulate(chance() < 0.5 ? {} : aScenario());
    case "hurry":
      return harness.hurry();
  }
}

async function refundPart({ orderId }: Order): Promise<unknown> {
  const asked = { amountMinor: 1 + Math.floor(chance() * 900), reason: "partly broken" };
  const [payment] = await harness.rows<{ id: string }>(
    "select id from payment where order_id = $1 and state = 'captured'",
    [orderId],
  );
  return (
    payment && harness.call(RefundPayment, { paymentId: payment.id, ...asked }, harness.manager)
  );
}

/** Errors that no rule of the system explains: a refusal has a status below 500, or will pass. */
const isSurprise = ({ code, retryable }: { code?: unknown; retryable?: unknown }): boolean =>
  retryable !== true && !(typeof code === "number" && code < 500);

test(`whatever happens, the money is right in the end (SEED=${seed})`, async () => {
  const orders = Array.from({ length: ORDERS }, () =>
    harness.anOrder(pick(0, 1, 1_999, 1_999, 50_000), {
      status: pick("awaiting_payment", "awaiting_payment", "awaiting_payment", "paid"),
    }),
  );
  const surprises: unknown[] = [];
  let left = DEEDS;
  const actor = async () => {
    while ((left -= 1) >= 0) {
      const known = orders[Math.floor(chance() * orders.length)];
      if (!known) continue;
      await deed(known).catch((error: unknown) => {
        if (isSurprise(error as object)) surprises.push(error);
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, actor));
  expect(surprises).toEqual([]);

  // The faults stop; what is still open is closed.
  await harness.simulate({});
  await eventually(async () => {
    await harness.hurry();
    for (const { order } of orders) await harness.close(order);
    expect(
      await harness.rows("select id, state from payment where state not in ('captured', 'closed')"),
    ).toEqual([]);
    expect(
      await harness.rows("select id from refund where state in ('requested', 'sent')"),
    ).toEqual([]);
    expect(await harness.rows("select id from simulator_webhook")).toEqual([]);
    expect(await broken(harness)).toEqual([]);
  }, 40_000);

  const ends = await harness.rows<{ state: string }>(
    "select distinct state from payment order by 1",
  );
  expect(ends).toEqual([{ state: "captured" }, { state: "closed" }]);
  const published = await harness.rows(
    `select data ->> 'paymentId' as id from event where name = 'payment.captured'
     group by 1 having count(*) > 1
     union all
     select p.id::text from payment p where state = 'captured' and not exists
       (select 1 from event where name = 'payment.captured' and data ->> 'paymentId' = p.id::text)`,
  );
  expect(published).toEqual([]);
}, 120_000);
