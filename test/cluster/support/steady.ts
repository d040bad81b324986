/** So many requests in each second, as long as the system keeps up with them. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Ask, ApiClient, PASSING } from "../../../operations/client/api-client.ts";
import type { Article } from "../../../operations/client/merchant.ts";
import type { Shopper } from "./checkout.ts";

export interface Question extends Ask {
  readonly method: string;
  readonly path: string;
}
/** What is asked first, and what then follows from its answer. */
export interface Errand {
  readonly first: Question;
  readonly next?: (body: Record<string, unknown>) => Question;
}
export interface Figures {
  readonly requests: number;
  /** How many of them had a key: commands. */
  readonly commands: number;
  /** What was not answered as it should be, with the moment: ms since the beginning. */
  readonly failures: readonly string[];
  readonly longestMs: number;
  readonly perSecond: number;
}
export interface Steady {
  readonly figures: Figures;
  /** Answers when so many more have been answered. */
  further(more: number): Promise<void>;
  /** No more are sent; answers when all are answered. */
  stop(): Promise<Figures>;
}

const TICK_MS = 10;
const PAUSE_MS = 100;
/** So many wait for an answer at most: a slow machine is asked less, and not drowned. */
const OPEN = 24;

/**
 * Each answer that is not 2xx is a failure, but for refusals that pass by themselves, as their contracts
 * say: they are asked again with the same key.
 */
export function steady(base: string, perSecond: number, errand: (n: number) => Errand): Steady {
  const http = new ApiClient(base, { connections: 256 });
  const began = performance.now();
  const seen = { requests: 0, commands: 0, longestMs: 0 };
  const failures: string[] = [];
  const waiting: { at: number; resolve: () => void }[] = [];
  const open = new Set<Promise<void>>();
  const state = { stopped: false };

  const ask = async (question: Question) => {
    const { method, path } = question;
    const asked = performance.now();
    const failed = (why: string) =>
      void failures.push(`${Math.round(asked - began)} ms: ${method} ${path}: ${why}`);
    let body: Record<string, unknown> | undefined;
    try {
      let answer = await http.ask(method, path, question);
      while (PASSING.has(answer.body.code)) {
        await sleep(PAUSE_MS);
        answer = await http.ask(method, path, question);
      }
      if (answer.status < 300) ({ body } = answer);
      else failed(`${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
    } catch (error) {
      failed(String(error));
    }
    seen.requests += 1;
    if (method !== "GET") seen.commands += 1;
    seen.longestMs = Math.max(seen.longestMs, performance.now() - asked);
    for (const { at, resolve } of waiting) if (seen.requests >= at) resolve();
    return body;
  };
  const run = async ({ first, next }: Errand) => {
    const body = await ask(first);
    if (body && next) await ask(next(body));
  };
  const going = (async () => {
    let due = 0;
    let before = performance.now();
    for (let n = 0; !state.stopped; await sleep(TICK_MS)) {
      const now = performance.now();
      due = Math.min(due + ((now - before) / 1_000) * perSecond, OPEN);
      before = now;
      for (; due >= 1 && open.size < OPEN; n += 1) {
        const one = errand(n);
        // What follows from an answer is one of the requests too.
        due -= one.next ? 2 : 1;
        const running = run(one);
        open.add(running);
        void running.then(() => open.delete(running));
      }
    }
  })();
  const figures = (): Figures => ({
    ...seen,
    failures,
    longestMs: Math.round(seen.longestMs),
    perSecond: Math.round(seen.requests / ((performance.now() - began) / 1_000)),
  });

  return {
    get figures() {
      return figures();
    },
    further: (more) =>
      new Promise((resolve) => waiting.push({ at: seen.requests + more, resolve })),
    stop: async () => {
      state.stopped = true;
      await going;
      await Promise.all(open);
      const last = figures();
      http.close();
      return last;
    },
  };
}

const ERRANDS = 10;

/** Of ten requests eight look at something, one orders and one pays, with keys. */
export function publicOf(
  article: Article,
  { people, adminToken }: { people: readonly Shopper[]; adminToken: string },
): (n: number) => Errand {
  const looked = [
    "/products",
    `/products/${article.productId}`,
    "/orders?limit=5",
    `/availability?variantIds=${article.variantId}`,
  ];
  return (n) => {
    if (n % ERRANDS !== 0) {
      const path = looked[n % looked.length] ?? "/products";
      return { first: { method: "GET", path, token: adminToken } };
    }
    const { id: userId, token } = people[(n / ERRANDS) % people.length] as Shopper;
    const headers = { "idempotency-key": randomBytes(8).toString("hex") };
    const command = (path: string, body: object) =>
      ({ method: "POST", path, body, token, headers }) as const;
    return {
      first: command("/orders", { userId, variantId: article.variantId, quantity: 1 }),
      next: (body) => {
        const { orderId, order } = body as { orderId: string; order: { total: number } };
        return command("/payments", { orderId, amount: order.total });
      },
    };
  };
}
