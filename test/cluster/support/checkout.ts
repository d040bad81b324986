/**
 * One shopper's whole story, as a client that asks again with the same keys: a cart with a coupon is
 * ordered, paid, and refunded by staff; another order is cancelled before it is paid; of a third the
 * first payment is declined and the second one captured later, which only its webhook tells; it is
 * refunded too.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Article } from "../../../operations/client/merchant.ts";
import type { ApiClient } from "../../../operations/client/api-client.ts";
import { good } from "../../../operations/client/shop.ts";

export interface Shopper {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
}
export interface Person {
  readonly email: string;
  readonly password: string;
}
export interface Cast {
  readonly client: ApiClient;
  readonly shopper: Shopper;
  readonly admin: Person;
  readonly article: Article;
  readonly coupon: string;
  /** Done when the cart is ordered and its payment is the next thing. */
  readonly paying?: () => Promise<void>;
}
export interface Ended {
  readonly refunded: OrderSeen;
  readonly cancelled: OrderSeen;
  readonly declined: OrderSeen;
}
export interface OrderSeen {
  id: string;
  status: string;
  total: number;
  discountMinor: number;
  refundedAt?: string;
}

export async function register(client: ApiClient): Promise<Shopper> {
  const name = `shopper-${randomBytes(6).toString("hex")}`;
  const password = randomBytes(12).toString("base64url");
  const body = { username: name, email: `${name}@example.org`, password };
  const answer = good(
    await client.ask<{ token: string; user: { id: string } }>("POST", "/auth/register", { body }),
  );
  const { email } = body;
  return { id: answer.body.user.id, email, password, token: answer.body.token };
}

export async function signIn(client: ApiClient, { email, password }: Person): Promise<string> {
  const ask = { body: { email, password } };
  return good(await client.ask<{ token: string }>("POST", "/auth/login", ask)).body.token;
}

/** Everything of it has come to its end, and the goods are back on the shelf. */
export async function wholeStory(company: Cast): Promise<Ended> {
  const key = randomBytes(8).toString("hex");
  const cast = await signedIn(company);
  const [refunded, cancelled, declined] = await Promise.all([
    boughtFromCart(cast, key).then((order) => givenBack(cast, order, `${key}:cart`)),
    orderedAndCancelled(cast, key),
    declinedAtFirst(cast, key).then((order) => givenBack(cast, order, `${key}:declined`)),
  ]);
  return { refunded, cancelled, declined };
}

/** Who does what in a story; a token is good for its time only. */
interface Story extends Cast {
  readonly adminToken: string;
}
const signedIn = async (cast: Cast): Promise<Story> => ({
  ...cast,
  shopper: { ...cast.shopper, token: await signIn(cast.client, cast.shopper) },
  adminToken: await signIn(cast.client, cast.admin),
});

async function boughtFromCart(cast: Story, key: string): Promise<OrderSeen> {
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
  await cast.paying?.();
  await ask("/payments", { orderId, amount: total }, "pay");
  return until(cast, orderId, ({ status }) => status === "paid");
}

async function orderedAndCancelled(cast: Story, key: string): Promise<OrderSeen> {
  const { client, shopper } = cast;
  const { token } = shopper;
  const { orderId } = await ordered(cast, `${key}:place`);
  const asked = { body: { reason: "changed my mind" }, token, key: `${key}:cancel` };
  good(await client.ask("POST", `/orders/${orderId}/cancel`, asked));
  return until(cast, orderId, ({ status }) => status === "cancelled");
}

const CAPTURED_LATE = { lateMs: 100, copies: 2, shuffleMs: 100 };

async function declinedAtFirst(cast: Story, key: string): Promise<OrderSeen> {
  const { client, shopper } = cast;
  const { token } = shopper;
  const { orderId, order } = await ordered(cast, `${key}:order`);
  const pay = (simulate: object, step: string) => {
    const body = { orderId, amount: order.total, simulate };
    return client.ask<{ code?: string }>("POST", "/payments", { body, token, key: key + step });
  };
  const first = await pay({ decline: true }, ":declined");
  if (first.body.code !== "PAYMENT_DECLINED") throw new Error(`Not declined: ${first.status}`);
  good(await pay(CAPTURED_LATE, ":late"));
  return until(cast, orderId, ({ status }) => status === "paid");
}

async function ordered({ client, shopper, article, coupon }: Story, key: string) {
  const { token, id: userId } = shopper;
  const body = { userId, variantId: article.variantId, quantity: 1, coupons: [coupon] };
  const ask = { body, token, key };
  return good(await client.ask<{ orderId: string; order: OrderSeen }>("POST", "/orders", ask)).body;
}

async function givenBack(cast: Story, { id }: OrderSeen, key: string): Promise<OrderSeen> {
  const { client, adminToken: token } = cast;
  const asked = { body: { reason: "came broken" }, token, key: `${key}:refund` };
  good(await client.ask("POST", `/orders/${id}/cancel`, asked));
  return until(cast, id, ({ refundedAt }) => refundedAt !== undefined);
}

const LOOK_EVERY_MS = 250;
const WITHIN_MS = 300_000;

/** Looks at the order until it is as it should be. */
async function until(
  { client, adminToken }: Story,
  orderId: string,
  isSo: (order: OrderSeen) => boolean,
): Promise<OrderSeen> {
  for (const deadline = Date.now() + WITHIN_MS; ; await sleep(LOOK_EVERY_MS)) {
    const { body } = good(await client.get<OrderSeen>(`/orders/${orderId}`, adminToken));
    if (isSo(body)) return body;
    if (Date.now() > deadline) throw new Error(`Order ${orderId} stays ${body.status}.`);
  }
}
