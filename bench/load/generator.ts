/** The load, in a process of its own: does one job after the other as its parent says. */
import { percentile } from "../measure/figures.ts";
import type { Buyer, Checkouts, Hammer, Job, LastBoxes, Outcome, Sku } from "./jobs.ts";
import { Line, type Reply } from "./line.ts";

/** Collects results and latencies. */
class Tally {
  readonly answers: Record<string, number> = {};
  readonly waits: number[] = [];
  readonly troubles: string[] = [];
  #began = performance.now();

  begin(): void {
    this.#began = performance.now();
  }
  count(what: string): void {
    this.answers[what] = (this.answers[what] ?? 0) + 1;
  }
  trouble(what: string): void {
    this.count("trouble");
    if (this.troubles.push(what.slice(0, 300)) > 5) this.troubles.shift();
  }
  outcome(done: number): Outcome {
    return {
      done,
      seconds: (performance.now() - this.#began) / 1_000,
      p50Ms: percentile(this.waits, 0.5),
      p99Ms: percentile(this.waits, 0.99),
      answers: this.answers,
      troubles: this.troubles,
    };
  }
}

/** Lines that stay open between jobs, as those of browsers and proxies do. */
const lines = new Map<number, Line[]>();
async function open(port: number, count: number): Promise<Line[]> {
  const kept = lines.get(port) ?? [];
  lines.set(port, kept);
  while (kept.length < count) {
    const more = Math.min(100, count - kept.length);
    kept.push(...(await Promise.all(Array.from({ length: more }, () => Line.open(port)))));
  }
  return kept.slice(0, count);
}

async function hammer({ port, path, connections, ms }: Hammer): Promise<Outcome> {
  const open16 = await open(port, connections);
  const tally = new Tally();
  const until = performance.now() + ms;
  await Promise.all(
    open16.map(async (line) => {
      const request = line.prepare("GET", path);
      for (let began = performance.now(); began < until; began = performance.now()) {
        const { status, body } = await line.send(request);
        if (status !== 200) tally.trouble(`${status} ${body.toString()}`);
        tally.waits.push(performance.now() - began);
      }
    }),
  );
  return tally.outcome(tally.waits.length);
}

async function checkouts({ port, buyers, skus, count }: Checkouts): Promise<Outcome> {
  const open64 = await open(port, buyers.length);
  const tally = new Tally();
  let next = 0;
  await Promise.all(
    buyers.map(async (buyer, i) => {
      const line = open64[i];
      if (!line) return;
      for (let n = next++; n < count; n = next++) {
        const began = performance.now();
        const sku = skus[n % skus.length];
        if (sku)
          await checkout(line, buyer, sku).catch((error: Error) => tally.trouble(error.message));
        tally.waits.push(performance.now() - began);
      }
    }),
  );
  return tally.outcome(count - (tally.answers.trouble ?? 0));
}

/** All calls of a checkout: cart, line, order, payment, and the order as its owner then sees it. */
async function checkout(line: Line, { token }: Buyer, { variantId, priceMinor }: Sku) {
  const headers = { authorization: `Bearer ${token}` };
  const ask = async (method: string, path: string, body?: object, key?: string) => {
    const keyed = key === undefined ? headers : { ...headers, "idempotency-key": key };
    const reply = await line.ask(method, path, { headers: keyed, ...(body && { body }) });
    if (reply.status < 300) return read(reply);
    throw new Error(`${method} ${path}: ${reply.status} ${reply.body.toString()}`);
  };
  const key = crypto.randomUUID();
  const { id: cartId } = await ask("POST", "/carts", {});
  await ask("POST", `/carts/${cartId}/lines`, { variantId, quantity: 1 });
  const order = { cartId, expectedTotalMinor: priceMinor };
  const { orderId } = await ask("POST", "/orders", order, `order-${key}`);
  await ask("POST", "/payments", { orderId, amount: priceMinor / 100 }, `pay-${key}`);
  const { status } = await ask("GET", `/orders/${orderId}`);
  if (!["awaiting_payment", "settling", "paid"].includes(status ?? ""))
    throw new Error(`The order ${orderId} is ${status} after it was paid.`);
}

async function lastBoxes({ port, buyers, variantId }: LastBoxes): Promise<Outcome> {
  const open1000 = await open(port, buyers.length);
  const requests = open1000.map((line, i) =>
    line.prepare("POST", "/orders", {
      body: { variantId, quantity: 1 },
      headers: {
        authorization: `Bearer ${buyers[i]?.token}`,
        "idempotency-key": crypto.randomUUID(),
      },
    }),
  );
  const tally = new Tally();
  tally.begin();
  const began = performance.now();
  await Promise.all(
    open1000.map(async (line, i) => {
      const request = requests[i];
      if (!request) return;
      const reply = await line.send(request).catch((error: Error) => tally.trouble(error.message));
      tally.waits.push(performance.now() - began);
      if (!reply) return;
      const { code = "" } = read(reply);
      tally.count(`${reply.status} ${code}`.trim());
      if (reply.status >= 300 && code !== "OUT_OF_STOCK")
        tally.trouble(`${reply.status} ${reply.body.toString()}`);
    }),
  );
  return tally.outcome(tally.waits.length - (tally.answers.trouble ?? 0));
}

const read = ({ body }: Reply) => JSON.parse(body.toString()) as Record<string, string>;

const run = (job: Job): Promise<Outcome> => {
  if (job.kind === "hammer") return hammer(job);
  return job.kind === "checkouts" ? checkouts(job) : lastBoxes(job);
};

process.on("message", (job: Job) => {
  void run(job).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
