/**
 * One shopper's whole story, as a client that asks again with the same keys: a cart with a coupon is
 * ordered and paid, then refunded by staff; another order, with a coupon too, is cancelled before it
 * is paid.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Article } from "../../../scripts/client/merchant.ts";
import type { PatientClient } from "../../../scripts/client/patient.ts";
import { good } from "../../../scripts/client/shop.ts";

export interface Shopper {
  readonly id: string;
  readonly token: string;
}
export interface Cast {
  readonly client: PatientClient;
  readonly shopper: Shopper;
  readonly adminToken: string;
  readonly article: Article;
  readonly coupon: string;
}
export interface Ended {
  readonly refunded: OrderSeen;
  readonly cancelled: OrderSeen;
}
export interface OrderSeen {
  id: string;
  status: string;
  total: number;
  discountMinor: number;
  refundedAt?: string;
}

export async function register(client: PatientClient): Promise<Shopper> {
  const name = `shopper-${randomBytes(6).toString("hex")}`;
  const password = randomBytes(12).toString("base64url");
  const body = { username: name, email: `${name}@example.org`, password };
  const answer = good(
    await client.ask<{ token: string; user: { id: string } }>("POST", "/auth/register", { body }),
  );
  return { id: answer.body.user.id, token: answer.body.token };
}

export async function wholeStory(cast: Cast): Promise<Ended> {
  const key = randomBytes(8).toString("hex");
  const bought = await boughtFromCart(cast, key);
  const cancelled = await orderedAndCancelled(cast, key);
  return { refunded: await refunded(cast, bought, key), cancelled };
}

async function boughtFromCart(cast: Cast, key: string): Promise<OrderSeen> {
  const { client, shopper, article, coupon } = cast;
  const { token } = shopper;
  const ask = async <B>(path: string, body: object, step: string) =>
    good(await client.ask<B>("POST", path, { body, token, key: `${key}:${step}` })).body;

  const cart = await ask<{ id: string }>("/carts", {}, "cart");
  const line = { variantId: article.variantId, quantity: 2 };
  await ask(`/carts/${cart.id}/lines`, line, "line");
  await ask(`/carts/${cart.id}/coupons`, { code: coupon }, "coupon");
  const placed = await ask<{ order: OrderSeen }>(`/carts/${cart.id}/checkout`, {}, "checkout");
  const { id: orderId, total } = placed.order;
  await ask("/payments", { orderId, amount: total }, "pay");
  return until(cast, orderId, ({ status }) => status === "paid");
}

async function orderedAndCancelled(cast: Cast, key: string): Promise<OrderSeen> {
  const { client, shopper, article, coupon } = cast;
  const { token, id: userId } = shopper;
  const body = { userId, variantId: article.variantId, quantity: 1, coupons: [coupon] };
  const placed = good(
    await client.ask<{ orderId: string }>("POST", "/orders", { body, token, key: `${key}:place` }),
  );
  const { orderId } = placed.body;
  const asked = { body: { reason: "changed my mind" }, token, key: `${key}:cancel` };
  good(await client.ask("POST", `/orders/${orderId}/cancel`, asked));
  return until(cast, orderId, ({ status }) => status === "cancelled");
}

async function refunded(cast: Cast, { id }: OrderSeen, key: string): Promise<OrderSeen> {
  const { client, adminToken: token } = cast;
  const asked = { body: { reason: "came broken" }, token, key: `${key}:refund` };
  good(await client.ask("POST", `/orders/${id}/cancel`, asked));
  return until(cast, id, ({ refundedAt }) => refundedAt !== undefined);
}

const LOOK_EVERY_MS = 100;
const WITHIN_MS = 300_000;

/** Looks at the order until it is as it should be. */
async function until(
  { client, adminToken }: Cast,
  orderId: string,
  isSo: (order: OrderSeen) => boolean,
): Promise<OrderSeen> {
  for (const deadline = Date.now() + WITHIN_MS; ; await sleep(LOOK_EVERY_MS)) {
    const { body } = good(await client.get<OrderSeen>(`/orders/${orderId}`, adminToken));
    if (isSo(body)) return body;
    if (Date.now() > deadline) throw new Error(`Order ${orderId} stays ${body.status}.`);
  }
}
