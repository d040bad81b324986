/** People who order, pay, cancel and go away, for as long as they are let. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Article } from "../../client/merchant.ts";
import type { ApiClient } from "../../client/api-client.ts";
import { good } from "../../client/shop.ts";

export interface LoadGenerator {
  /** Orders of which somebody was told that they are paid, in that order. */
  readonly paid: readonly string[];
  /** Answers when there are so many of them. */
  until(count: number): Promise<void>;
  /** Lets everybody finish. @throws what any of them met and should not */
  leave(): Promise<void>;
}
export interface Visit {
  readonly client: ApiClient;
  readonly articles: readonly Article[];
  readonly coupon: string;
  readonly people: number;
}
interface PlacedOrder {
  orderId: string;
  order: { total: number };
  code?: string;
}

const LOOK_EVERY_MS = 20;
/** What each of ten does. */
const HABITS = "pay pay pay coupon pay late cancel pay coupon abandon".split(" ");

export function startLoad({ client, articles, coupon, people }: Visit): LoadGenerator {
  const paid: string[] = [];
  const state = { leaving: false };
  const shop = async (who: number): Promise<void> => {
    const { token, id } = await registered(client, `crowd-${process.pid}-${who}-${Date.now()}`);
    for (let n = who; !state.leaving; n += 1) {
      const habit = HABITS[n % HABITS.length] ?? "pay";
      const article = articles[(n * 7 + who) % articles.length];
      const ask = <B>(path: string, step: string, body: object) =>
        client.ask<B>("POST", path, { token, body, key: `${id}:${n}:${step}` });
      const wanted = { userId: id, variantId: article?.variantId, quantity: 1 };
      const coupons = habit === "coupon" ? [coupon] : [];
      const placed = await ask<PlacedOrder>("/orders", "place", { ...wanted, coupons });
      if (placed.status === 202 || placed.body.code === "OUT_OF_STOCK") continue;
      const { orderId, order } = good(placed).body;
      if (habit === "abandon") continue;
      if (habit === "cancel") {
        good(await ask(`/orders/${orderId}/cancel`, "cancel", { reason: "changed my mind" }));
        continue;
      }
      const simulate = habit === "late" ? { lateMs: 300, copies: 2, shuffleMs: 300 } : undefined;
      const payment = { orderId, amount: order.total, ...(simulate && { simulate }) };
      const { body } = good(await ask<{ status: string }>("/payments", "pay", payment));
      if (body.status === "SUCCESS") paid.push(orderId);
    }
  };
  const all = Promise.all(Array.from({ length: people }, (_, who) => shop(who)));
  all.catch(() => undefined);
  return {
    paid,
    until: async (count) => {
      // Who meets something that should not be ends the waiting.
      while (paid.length < count) await Promise.race([sleep(LOOK_EVERY_MS), all]);
    },
    leave: async () => {
      state.leaving = true;
      await all;
    },
  };
}

async function registered(client: ApiClient, username: string) {
  const body = { username, email: `${username}@example.org`, password: `${username} likes tea` };
  const { body: answer } = good(
    await client.ask<{ token: string; user: { id: string } }>("POST", "/auth/register", { body }),
  );
  return { token: answer.token, id: answer.user.id };
}
