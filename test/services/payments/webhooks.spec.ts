/** Who may tell us something, and what of it is believed. */
import { createHmac } from "node:crypto";
import { v7 } from "uuid";
import {
  PaymentCaptured,
  ReceiveWebhook,
  WebhookRefused,
} from "../../../services/payments/payments.contract.ts";
import { isSigned, sign } from "../../../services/payments/adapters/simulator/signature.ts";
import { eventually } from "../../support/stage.ts";
import { broken, scene, type Scene } from "./scene.ts";

let harness: Scene;
beforeAll(async () => {
  harness = await scene();
});
afterAll(() => harness.leave());

const messageAbout = (objectId: string, paymentId: string, id = `evt_${v7()}`) =>
  JSON.stringify({
    id,
    type: "payment.succeeded",
    object: { id: objectId, metadata: { paymentId } },
  });
const receive = (body: string, signature?: string, provider = "simulator") =>
  harness.call(ReceiveWebhook, { provider, body, ...(signature !== undefined && { signature }) });
const keptOf = (objectId: string) =>
  harness.rows<{ event_id: string; tries: number; processed_at: Date | null }>(
    "select event_id, tries, processed_at from psp_event where psp_id = $1",
    [objectId],
  );

/** A captured object at the provider, and its webhooks still unsent. */
async function chargedAtProvider(paymentId = v7()) {
  const { simulator } = harness.service();
  const creation = { paymentId, orderId: v7(), currency: "EUR", amountMinor: 700 };
  const made = await simulator.create(paymentId, creation);
  await simulator.confirm(v7(), made.providerId, { loseWebhooks: true });
  return { paymentId, objectId: made.providerId, orderId: creation.orderId };
}

const now = () => new Date();
const secondsFromNow = (seconds: number) => new Date(Date.now() + seconds * 1_000);
const body = messageAbout("pi_forged", v7());
const right = sign(body, now());
const [t = "", v1 = ""] = right.split(",");

test.each([
  ["no signature", body, undefined],
  ["an empty signature", body, ""],
  ["nonsense", body, "nonsense"],
  ["another's secret", body, `${t},v1=${createHmac("sha256", "x").update(body).digest("hex")}`],
  ["only an older scheme", body, `${t},${v1.replace("v1", "v0")}`],
  ["a cut signature", body, right.slice(0, -1)],
  ["upper-case hex", body, `${t},${v1.toUpperCase().replace("V1", "v1")}`],
  ["no moment", body, v1],
  ["two moments", body, `t=1,${right}`],
  ["a moment changed afterwards", body, `t=${Number(t.slice(2)) + 1},${v1}`],
  ["a moment more than 300 s ago", body, sign(body, secondsFromNow(-302))],
  ["a moment long ahead", body, sign(body, secondsFromNow(600))],
  ["a body written anew", JSON.stringify(JSON.parse(body), null, 1), right],
  ["a body of somebody else", body.replace("forged", "stolen"), right],
  ["signed, but no event", "{}", sign("{}", now())],
  ["signed, but no JSON", "{", sign("{", now())],
  ["signed, but nothing", "null", sign("null", now())],
])("%s is refused and leaves nothing", async (_, sent, signature) => {
  await expect(receive(sent, signature)).rejects.toMatchObject({
    type: WebhookRefused.type,
    code: 400,
  });
  expect(await harness.rows("select 1 from psp_event where psp_id like 'pi_%o%'")).toEqual([]);
});

test.each(["cash", "stripe", "constructor", "__proto__"])(
  "%s has no webhooks",
  async (provider) => {
    await expect(receive(body, right, provider)).rejects.toMatchObject({
      type: WebhookRefused.type,
    });
  },
);

test("a signature is good for 300 s, also beside others", () => {
  const at = new Date("2026-03-01T12:00:00.000Z");
  const signature = sign("x", at);
  const after = (seconds: number) => new Date(at.getTime() + seconds * 1_000);
  expect(isSigned("x", signature, after(300))).toBe(true);
  expect(isSigned("x", signature, after(-300))).toBe(true);
  expect(isSigned("x", signature, after(301))).toBe(false);
  expect(isSigned("x", `${signature},v1=${"0".repeat(64)},v0=abc`, at)).toBe(true);
});

test("a good one is taken once, however often it is sent", async () => {
  const { order } = harness.anOrder();
  const { paymentId } = await harness.open(order);
  const [object] = await harness.rows<{ id: string }>(
    "select id from simulator_intent where payment_id = $1",
    [paymentId],
  );
  const message = messageAbout(object?.id ?? "", paymentId);
  const sending = Array.from({ length: 20 }, () => receive(message, sign(message, now())));
  for (const answer of await Promise.all(sending)) expect(answer).toEqual({ received: true });
  await eventually(async () =>
    expect(await keptOf(object?.id ?? "")).toMatchObject([{ processed_at: expect.any(Date) }]),
  );
  // It said that the money came; the provider, asked, says that it did not.
  expect(await harness.lookUp(order)).toMatchObject({ state: "open" });
});

test("one about a payment that we do not know yet is kept, and understood once we do", async () => {
  const { paymentId, objectId, orderId } = await chargedAtProvider();
  const message = messageAbout(objectId, paymentId);
  expect(await receive(message, sign(message, now()))).toEqual({ received: true });
  await eventually(async () =>
    expect(await keptOf(objectId)).toMatchObject([{ tries: 1, processed_at: null }]),
  );

  await harness.sql().run(
    `insert into payment (id, order_id, customer_id, provider, currency, amount, state, due_at)
     values ($1, $2, $3, 'simulator', 'EUR', 700, 'created', now() + interval '1 hour')`,
    [paymentId, orderId, v7()],
  );
  await harness.sql().run("update psp_event set due_at = now()");
  await eventually(async () =>
    expect(await keptOf(objectId)).toMatchObject([{ processed_at: expect.any(Date) }]),
  );
  const published = await harness.published("payments", PaymentCaptured);
  expect(published.filter((one) => one.paymentId === paymentId)).toHaveLength(1);
  expect(await broken(harness)).toEqual([]);
});
