/** Nodes that stand still for longer than their leases, while others take over what they drove. */
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { good } from "../../../operations/client/shop.ts";
import { type Ended, register, type Shopper, wholeStory } from "./checkout.ts";
import type { Points } from "./points.ts";
import { armouryOf, merchantOf, type Stage } from "./stage.ts";

const LOOK_EVERY_MS = 50;
const WITHIN_MS = 60_000;

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + WITHIN_MS; !(await isSo()); await sleep(LOOK_EVERY_MS))
    if (Date.now() > deadline) throw new Error(`It did not come so far: ${what}.`);
}

export function pointLike(points: Points | undefined, beginning: string): string {
  const found = points?.all.find((point) => point.startsWith(beginning));
  if (found === undefined) throw new Error(`No point begins with ${beginning}.`);
  return found;
}

/**
 * A node stops right before it reserves the last unit for an order. Somebody else buys the unit, so
 * whoever takes the order over is told that there is none: it is rejected. Then the unit comes back
 * to the shelf, and the node wakes up and sends what it was about to send. Answers what inventory
 * then knows of the order: nothing must be held for it.
 */
export async function commandAfterTheEnd(
  stage: Stage,
  points: ReadonlyMap<string, Points>,
): Promise<{ status: string; reservation: string }> {
  const { client, urlOf, nodes } = stage.company;
  const merchant = await merchantOf(client);
  const [slow, quick] = [await register(client), await register(client)];
  const { variantId } = await merchant.sell("LAST", { priceMinor: 990, units: 1 });
  const order = ({ id: userId, token }: Shopper, backoff: { withinMs?: number } = {}) => {
    const ask = { body: { userId, variantId, quantity: 1 }, token, key: userId, ...backoff };
    return client.ask<{ orderId: string }>("POST", "/orders", ask);
  };
  const orders = armouryOf(stage, "orders");
  orders.arm(pointLike(points.get("orders"), "call.inventory.reserve.before"), "SIGSTOP");
  // Asked once only: asked again, the order would go on at once elsewhere.
  const unanswered = order(slow, { withinMs: 0 }).catch(() => undefined);
  await until(() => orders.armed.length === 0, "a node that is about to reserve");
  await nodes.paused();
  await unanswered;
  const { orderId } = good(await order(quick)).body;
  const newest = `select id, status from "order" where customer_id = '${slow.id}'
                  order by number desc limit 1`;
  const late = async () => await row<{ id: string; status: string }>(urlOf("orders"), newest);
  await until(async () => (await late())?.status === "rejected", "an order that is taken over");
  const { token } = quick;
  good(await client.ask("POST", `/orders/${orderId}/cancel`, { body: {}, token, key: orderId }));

  // Harmless to whoever passes: it only shows that somebody does.
  const inventory = armouryOf(stage, "inventory");
  inventory.arm(pointLike(points.get("inventory"), "commit.inventory.reserve.after"), "SIGCONT");
  nodes.goOn();
  await until(() => inventory.armed.length === 0, "a command that comes late");
  const { id = "", status = "" } = (await late()) ?? {};
  const states = `select state from reservation where order_id = '${id}'`;
  const held = await row<{ state: string }>(urlOf("inventory"), states);
  return { status, reservation: held?.state ?? "none" };
}

/** Where nodes stop: before a call after the money, and in a transaction. */
export const STOPS = ["call.inventory.commit.before", "commit.checkout.reserve.before"];

/** Shoppers go on while all nodes but one stand still; then these wake up. */
export async function standingStill(
  stage: Stage,
  points: ReadonlyMap<string, Points>,
): Promise<{ stories: Ended[]; stopped: ReadonlySet<string> }> {
  const { company, casts } = stage;
  const orders = armouryOf(stage, "orders");
  for (const stop of STOPS) orders.arm(pointLike(points.get("orders"), stop), "SIGSTOP");
  const stopped = new Set<string>();
  const state = { over: false };
  const watching = (async () => {
    for (; !state.over; await sleep(LOOK_EVERY_MS))
      for (const name of await company.nodes.paused(stopped)) stopped.add(name);
  })();
  try {
    const stories = await Promise.all(casts.map((cast) => wholeStory(cast)));
    return { stories, stopped };
  } finally {
    state.over = true;
    await watching;
    company.nodes.goOn();
  }
}

async function row<R extends object>(url: string, query: string): Promise<R | undefined> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(query)).rows[0];
  } finally {
    await client.end();
  }
}
