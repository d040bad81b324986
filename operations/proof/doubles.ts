/** Messages that arrive twice, late, or many times at once: webhooks and refresh tokens. */
import { randomUUID } from "node:crypto";
import { sign } from "../../services/payments/adapters/simulator/signature.ts";
import { good } from "../client/shop.ts";
import {
  type Claim,
  COPIES,
  count,
  paidInTime,
  pay,
  place,
  type Proving,
  REFRESHES,
} from "./claims.ts";
import { concurrently, times } from "./concurrently.ts";
import { type ProofSystem, registered } from "./system.ts";

const LATE_MS = 300;
const SHUFFLE_MS = 1_000;

/** The provider sends each webhook several times, in any order, and then all again. */
export async function sameWebhook(proving: Proving): Promise<Claim> {
  const { system } = proving;
  const buyer = await registered(system);
  const { variantId } = await system.merchant.sell("WEBHOOKS", { priceMinor: 1_990, units: 10 });
  const placed = good(await place(proving, buyer, { variantId }, "webhooks"));
  const { order, orderId } = placed.body;
  const simulate = { copies: COPIES, shuffleMs: SHUFFLE_MS, lateMs: LATE_MS };
  good(await pay(proving, buyer, order, { simulate }));
  const paid = await paidInTime(proving, buyer, orderId);
  await quiet(system);
  const [payment] = await system.rows<{ id: string; provider_id: string }>(
    "payments",
    "select id, provider_id from payment where order_id = $1",
    [orderId],
  );
  const late = await again(proving, payment);
  await quiet(system);
  const { events, captures, entries } = await bookedOf(system, payment?.id);
  return {
    says: `a webhook sent ${COPIES} times by the provider, shuffled and late, and taken ${late} times more after the end: ${events} events kept, ${captures} capture, ${entries} booking`,
    holds: paid && late === COPIES && captures === 1 && entries === 1,
  };
}

/** Waits until the simulator has sent all webhooks, and all are processed. */
async function quiet(system: ProofSystem): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const [row] = await system.rows<{ n: number }>(
      "payments",
      `select (select count(*) from simulator_webhook)::int
            + (select count(*) from psp_event where processed_at is null)::int as n`,
    );
    if (row?.n === 0) return;
  }
}

/** The same message, signed as the provider does, at the same moment over HTTP. */
async function again(
  { system, done }: Proving,
  payment: { id: string; provider_id: string } | undefined,
): Promise<number> {
  const object = { id: payment?.provider_id, metadata: { paymentId: payment?.id } };
  const body = JSON.stringify({ id: `evt_${randomUUID()}`, type: "payment.succeeded", object });
  const answers = await concurrently(times(COPIES), COPIES, () =>
    system.client
      .ask("POST", "/payment/webhooks/simulator", {
        body: Buffer.from(body),
        headers: { "webhook-signature": sign(body, new Date()) },
      })
      .finally(done),
  );
  return count(answers, ({ status }) => status === 200);
}

async function bookedOf(system: ProofSystem, paymentId: string | undefined) {
  const [booked] = await system.rows<{ events: number; captures: number; entries: number }>(
    "payments",
    `select (select count(*)::int from psp_event e
               where e.payload->'object'->'metadata'->>'paymentId' = $1::text) as events,
            (select count(*)::int from payment where id = $1::uuid and state = 'captured') as captures,
            (select count(distinct tx)::int from entry where ref = $1::uuid
               and kind = 'capture') as entries`,
    [paymentId],
  );
  return booked ?? { events: 0, captures: 0, entries: 0 };
}

/** One refresh token, used by many tabs at the same moment. */
export async function manyRefreshes({ system, done }: Proving): Promise<Claim> {
  const { id, refreshToken } = await registered(system);
  const answers = await concurrently(times(REFRESHES), REFRESHES, () =>
    system.client
      .ask<{ token: string }>("POST", "/auth/refresh", { body: { refreshToken } })
      .finally(done),
  );
  const renewed = answers.filter(({ status }) => status < 300);
  const seen = await concurrently(renewed, REFRESHES, ({ body }) =>
    system.client.get("/users/me", body.token),
  );
  const inside = count(seen, ({ status }) => status === 200);
  const [saved] = await system.rows<{ families: number; ended: number }>(
    "identity",
    `select count(*)::int as families, count(ended_at)::int as ended
     from sessions where user_id = $1`,
    [id],
  );
  return {
    says: `one refresh token ${REFRESHES} times at once: ${renewed.length} renewed, ${inside} signed in, ${saved?.families} family, ${saved?.ended} ended`,
    holds: inside === REFRESHES && saved?.families === 1 && saved.ended === 0,
  };
}
