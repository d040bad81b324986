/**
 * `node operations/smoke.ts http://localhost:8080`: after a start or an upgrade, a merchant puts something on
 * the shelf and a shopper buys it. Says each step; the exit code is 1 when it does not sell. ADMIN_EMAIL and
 * ADMIN_PASSWORD name the merchant, whose company must have a store that sends web orders. What it leaves:
 * an article `SMOKE-…` that is archived, and its order.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { config } from "../config.ts";
import { Merchant } from "./client/merchant.ts";
import { ApiClient } from "./client/api-client.ts";
import { good, Shop } from "./client/shop.ts";

const [base = "http://localhost:3000"] = process.argv.slice(2);
const { email, password } = config.admin;
const PAID_WITHIN_MS = 30_000;
const TIMEOUT_MS = 120_000;

const client = new ApiClient([base], { withinMs: TIMEOUT_MS });
const shop = new Shop(base);
const began = performance.now();
const say = (step: string) =>
  process.stdout.write(
    `${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${step}\n`,
  );

try {
  if (password === undefined)
    throw new Error("Set ADMIN_EMAIL and ADMIN_PASSWORD: somebody has to put goods on the shelf.");
  await client.get("/ready");
  say(`${base} is ready`);
  const admin = await shop.signIn(email, password);
  const merchant = new Merchant(client, admin.token);
  const name = `SMOKE-${randomBytes(4).toString("hex")}`;
  const article = await merchant.sell(name, { priceMinor: 100, units: 1 });
  say(`${name} is on the shelf`);

  const shopper = await shop.register();
  const { variantId } = article;
  const { orderId, order } = good(await shop.order(shopper, { variantId, quantity: 1 })).body;
  say(`order ${orderId} is taken`);
  good(await shop.pay(shopper, orderId, order.total));
  for (const until = Date.now() + PAID_WITHIN_MS; ; await sleep(100)) {
    const { status } = good(
      await client.get<{ status: string }>(`/orders/${orderId}`, shopper.token),
    ).body;
    if (status === "paid") break;
    if (Date.now() > until) throw new Error(`The order is ${status}, and not paid.`);
  }
  say("it is paid");
  const second = await shop.order(await shop.register(), { variantId, quantity: 1 });
  if (second.status !== 409) throw new Error(`The last one was sold twice: ${second.status}`);
  say("the next shopper is told that it is sold out");
  good(await client.ask("DELETE", `/products/${article.productId}`, { token: admin.token }));
  say("It sells.");
} catch (error) {
  process.stderr.write(`It does not sell: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  client.close();
  shop.http.close();
}
