/** People who shop while everything breaks: as real clients, they ask again with the same key. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Article } from "../../operations/client/merchant.ts";
import type { Answer, ApiClient, Ask } from "../../operations/client/api-client.ts";
import { good } from "../../operations/client/shop.ts";
import { type Random, randomFrom } from "./random.ts";

/** What a checkout is about; as often as it stands here. */
export const HABITS = [
  ...Array<"express">(45).fill("express"),
  ...Array<"cart">(18).fill("cart"),
  ...Array<"coupon">(10).fill("coupon"),
  ...Array<"cancel">(8).fill("cancel"),
  ...Array<"decline">(6).fill("decline"),
  ...Array<"late">(6).fill("late"),
  ...Array<"lost">(3).fill("lost"),
  ...Array<"abandon">(2).fill("abandon"),
  ...Array<"refund">(2).fill("refund"),
] as const;
export type Habit = (typeof HABITS)[number];

/** How a checkout ended for whoever made it: `paid` and `pending` carry the order's id. */
export interface Answered {
  readonly habit: Habit;
  readonly end: string;
  readonly orderId?: string;
}
export interface Person {
  readonly email: string;
  readonly password: string;
  id: string;
  token: string;
}
export interface Shop {
  readonly client: ApiClient;
  readonly articles: readonly Article[];
  readonly coupons: readonly string[];
  readonly admin: Person;
}
interface Placed {
  orderId: string;
  order: { total: number };
  code?: string;
}

/** Longer than anything stays away. */
const WITHIN_MS = 180_000;
const SIMULATE: Partial<Record<Habit, object>> = {
  decline: { decline: true, reason: "card_declined" },
  late: { lateMs: 1_500, copies: 3, shuffleMs: 2_000 },
  lost: { loseWebhooks: true, timeout: { call: "confirm", done: true } },
};

/** The n-th checkout of a run: what it is about is decided by seed and n alone. */
export async function checkout(
  shop: Shop,
  person: Person,
  seed: number,
  n: number,
): Promise<Answered> {
  const random = randomFrom(seed * 1_000_003 + n);
  const habit = random.one(HABITS);
  const key = `${seed}:${n}:${randomBytes(6).toString("hex")}`;
  try {
    return { habit, ...(await done(shop, person, { habit, random, key })) };
  } catch (error) {
    return { habit, end: `failed: ${(error as Error).message.slice(0, 200)}` };
  }
}

interface Doing {
  readonly habit: Habit;
  readonly random: Random;
  readonly key: string;
  /** As chance wants it, if not said. */
  readonly quantity?: number;
}

async function done(shop: Shop, person: Person, doing: Doing): Promise<Omit<Answered, "habit">> {
  const { habit, key } = doing;
  const placed = await placing(shop, person, doing);
  if (placed.status >= 300) return { end: placed.body.code ?? String(placed.status) };
  const { orderId, order } = placed.body;
  const amount = order.total;
  if (habit === "abandon") return { end: "abandoned", orderId };
  if (habit === "cancel") {
    const ask = { body: { reason: "chaos" }, key: `${key}:cancel` };
    const { status, body } = await asking<{ code?: string }>(
      shop,
      person,
      `/orders/${orderId}/cancel`,
      ask,
    );
    return { end: status < 300 ? "cancelled" : (body.code ?? ""), orderId };
  }
  const simulate = SIMULATE[habit];
  const body = { orderId, amount, ...(simulate && { simulate }) };
  let paid = await asking<{ status?: string; code?: string }>(shop, person, "/payments", {
    body,
    key: `${key}:pay`,
  });
  if (paid.body.code === "PAYMENT_DECLINED") {
    const again = { body: { orderId, amount }, key: `${key}:pay-again` };
    paid = await asking(shop, person, "/payments", again);
  }
  if (paid.status >= 300) return { end: paid.body.code ?? String(paid.status), orderId };
  if (habit === "refund") await refund(shop, orderId, key);
  return { end: paid.body.status === "SUCCESS" ? "paid" : "pending", orderId };
}

/** Asks again with the same key while it is 202: the stock is still being held. */
async function placing(shop: Shop, person: Person, doing: Doing): Promise<Answer<Placed>> {
  const { habit, random, key } = doing;
  const { variantId } = random.one(shop.articles);
  const quantity = doing.quantity ?? 1 + random.below(2);
  const place =
    habit === "cart" || habit === "coupon"
      ? await cartOf(shop, person, { variantId, quantity }, doing)
      : { path: "/orders", body: { userId: person.id, variantId, quantity } };
  for (const until = Date.now() + WITHIN_MS; ; await sleep(100)) {
    const ask = { body: place.body, key: `${key}:place` };
    const placed = await asking<Placed>(shop, person, place.path, ask);
    if (placed.status !== 202 || Date.now() > until) return placed;
  }
}

async function cartOf(shop: Shop, person: Person, line: object, { habit, random, key }: Doing) {
  const ask = async <B>(path: string, body: object, step: string) =>
    good(await asking<B>(shop, person, path, { body, key: `${key}:${step}` })).body;
  const cart = await ask<{ id: string }>("/carts", {}, "cart");
  await ask(`/carts/${cart.id}/lines`, line, "line");
  if (habit === "coupon")
    await ask(`/carts/${cart.id}/coupons`, { code: random.one(shop.coupons) }, "code");
  return { path: `/carts/${cart.id}/checkout`, body: {} };
}

/** Buys single units of `article` until there are none. Who gives up first has been told so. */
export async function buyAll(
  shop: Shop,
  people: readonly Person[],
  article: Article,
): Promise<void> {
  const one = { client: shop.client, articles: [article], coupons: [], admin: shop.admin };
  await Promise.all(
    people.map(async (person) => {
      for (let end = ""; end !== "OUT_OF_STOCK";) {
        const key = `rest:${randomBytes(8).toString("hex")}`;
        const doing = { habit: "express", random: randomFrom(0), key, quantity: 1 } as const;
        ({ end } = await done(one, person, doing));
        if (end !== "paid" && end !== "OUT_OF_STOCK") throw new Error(`The rest: ${end}`);
      }
    }),
  );
}

/** Staff gives the money back, once the order is settled. */
async function refund(shop: Shop, orderId: string, key: string): Promise<void> {
  for (const until = Date.now() + WITHIN_MS; Date.now() < until; await sleep(200)) {
    const ask = { body: { reason: "chaos" }, key: `${key}:refund` };
    const path = `/orders/${orderId}/cancel`;
    const { status, body } = await asking<{ code?: string }>(shop, shop.admin, path, ask);
    // Settling is neither unpaid nor paid: it passes.
    if (status < 300 || body.code !== "ORDER_NOT_OPEN") return;
  }
}

/** Signs in again where the token is too old. */
async function asking<B>(
  { client }: Shop,
  person: Person,
  path: string,
  ask: Ask,
): Promise<Answer<B>> {
  for (;;) {
    const { token } = person;
    const asked = { ...ask, token, withinMs: WITHIN_MS };
    const answer = await client.ask<B>("POST", path, asked);
    if (answer.status !== 401) return answer;
    if (person.token === token) await signIn(client, person);
  }
}

export async function signIn(client: ApiClient, person: Person): Promise<void> {
  const { email, password } = person;
  const ask = { body: { email, password }, withinMs: WITHIN_MS };
  const { body } = good(
    await client.ask<{ token: string; user: { id: string } }>("POST", "/auth/login", ask),
  );
  person.token = body.token;
  person.id = body.user.id;
}

export async function register(client: ApiClient): Promise<Person> {
  const name = `chaos-${randomBytes(8).toString("hex")}`;
  const email = `${name}@example.org`;
  const password = randomBytes(12).toString("base64url");
  const { body } = good(
    await client.ask<{ token: string; user: { id: string } }>("POST", "/auth/register", {
      body: { username: name, email, password },
    }),
  );
  return { email, password, id: body.user.id, token: body.token };
}
