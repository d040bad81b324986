/** People who go on and on while something is broken under them. */
import type { Article } from "../../../operations/client/merchant.ts";
import { ApiClient, RETRYING } from "../../../operations/client/api-client.ts";
import { good } from "../../../operations/client/shop.ts";
import { randomBytes } from "node:crypto";
import type { Shopper } from "./checkout.ts";

export interface Load {
  /** What was not answered as it should be. */
  readonly failures: readonly string[];
  /** How much was done. */
  readonly done: number;
  /** Answers when `more` further rounds are done. */
  further(more: number): Promise<void>;
  /** Answers when the last one has gone home. */
  stop(): Promise<void>;
}

/** Each looks at all of `paths`, one after the other, without asking twice for anything. */
export function readers(
  base: string,
  paths: readonly string[],
  { token, width }: { token: string; width: number },
): Load {
  const http = new ApiClient(base);
  return going(width, async () => {
    for (const path of paths) {
      const { status, body } = await http.get(path, token);
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    }
  });
}

/** Each orders one unit and pays for it, and asks again with the same key where nobody answered. */
export function shoppers(
  bases: readonly string[],
  article: Article,
  { people, impatient = false }: { people: readonly Shopper[]; impatient?: boolean },
): Load & { client: ApiClient } {
  const client = new ApiClient(bases, RETRYING);
  const withinMs = impatient ? 0 : 60_000;
  const load = going(people.length, async (n) => {
    const { id: userId, token } = people[n] as Shopper;
    const key = randomBytes(8).toString("hex");
    const what = { userId, variantId: article.variantId, quantity: 1 };
    const placing = { body: what, token, key, withinMs };
    const { body } = good(await client.ask<Placed>("POST", "/orders", placing));
    const paying = { orderId: body.orderId, amount: body.order.total };
    good(await client.ask("POST", "/payments", { body: paying, token, key, withinMs }));
  });
  return Object.assign(load, { client });
}
interface Placed {
  orderId: string;
  order: { total: number };
}

function going(width: number, round: (n: number) => Promise<void>): Load {
  const failures: string[] = [];
  const waiting: { at: number; resolve: () => void }[] = [];
  let done = 0;
  const state = { stopped: false };
  const one = async (n: number) => {
    while (!state.stopped) {
      try {
        await round(n);
      } catch (error) {
        failures.push((error as Error).message);
      }
      done += 1;
      for (const { at, resolve } of waiting) if (done >= at) resolve();
    }
  };
  const all = Promise.all(Array.from({ length: width }, (_, n) => one(n)));
  return {
    failures,
    get done() {
      return done;
    },
    further: (more) => new Promise((resolve) => waiting.push({ at: done + more, resolve })),
    stop: async () => {
      state.stopped = true;
      await all;
    },
  };
}
