/** The real nginx before two real gateways of a real cluster. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { ApiClient } from "../../operations/client/api-client.ts";
import { broken, untilAllHold } from "../../operations/invariants/check.ts";
import { serviceUrl } from "../../runtime/node/databases.ts";
import { readers, shoppers } from "../cluster/support/load.ts";
import { watcher } from "../support/watcher.ts";
import { ask as askAt, type Question } from "./support/ask.ts";
import { CLIENT_HEADER, type Company, company } from "./support/company.ts";

let shop: Company;
const ask = (path: string, question?: Question) => askAt(shop.nginx, path, question);

/** What differs from answer to answer. */
const VARYING = new Set(["traceId", "timestamp"]);
const steady = (body: object) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !VARYING.has(name)));

beforeAll(async () => {
  shop = await company();
}, 120_000);
afterAll(() => shop.leave(), 60_000);

test.each([
  "/auth/sessions",
  "/users/me",
  "/products?limit=1",
  "/orders",
  "/payment",
  "/payments/reports",
  "/payment/webhooks/nobody",
  "/stores",
  "/media/public/1",
  "/media/1",
  "/ai/chat",
  "/posts",
  "/appointments",
  "/admin/stats",
  "/catalog/health",
  "/openapi.json",
  "/docs",
  "/",
  "/nowhere",
])("%s leads to the gateways, also under /api, as if they were asked themselves", async (path) => {
  const direct = new ApiClient(`http://${shop.gateways[0]}`);
  try {
    for (const address of [path, `/api${path}`]) {
      const { status, headers, body } = await direct.get(address);
      const seen = await ask(address);
      const type = String(seen.headers["content-type"]);
      expect({ status: seen.status, type }).toEqual({ status, type: headers["content-type"] });
      const output = type.includes("json") ? seen.json() : { text: seen.text };
      expect(steady(output)).toEqual(steady(body));
      expect(output.traceId ?? seen.headers["x-request-id"]).toBe(seen.headers["x-request-id"]);
    }
  } finally {
    direct.close();
  }
});

test.each([
  ["/", /default-src 'self'/],
  ["/docs", /'unsafe-inline'/],
  ["/products", /default-src 'none'/],
  ["/nowhere", /default-src 'none'/],
  ["/socket.io/socket.io.js", /default-src 'none'/],
  ["/metrics", /default-src 'none'/],
])("%s says once what a browser may do with it", async (path, policy) => {
  const { lines } = await ask(path);
  expect(lines.get("content-security-policy")).toEqual([expect.stringMatching(policy)]);
  const ours = ["strict-transport-security", "x-content-type-options", "referrer-policy"];
  for (const name of [...ours, "x-request-id", "cross-origin-resource-policy"])
    expect({ name, times: lines.get(name)?.length }).toEqual({ name, times: 1 });
  expect(lines.get("x-powered-by")).toBeUndefined();
  expect(lines.get("server")).toEqual(["nginx"]);
});

test("a browser's page of our own may ask, as one of an allowed origin may, and no other", async () => {
  const from = async (origin: string) => {
    const { status, lines } = await ask("/products?limit=1", { headers: { origin } });
    return { status, allowed: lines.get("access-control-allow-origin") };
  };
  const own = `https://shop.example:${shop.nginx.ports.https}`;
  expect(await from(own)).toEqual({ status: 200, allowed: undefined });
  const allowed = "http://localhost:13008";
  expect(await from(allowed)).toEqual({ status: 200, allowed: [allowed] });
  expect((await from("https://evil.example")).status).toBe(403);
});

test("the gateway knows who asks nginx, whatever they say of themselves", async () => {
  const { status, json } = await ask("/auth/register", {
    method: "POST",
    body: JSON.stringify({
      username: "forger",
      email: "forger@example.org",
      password: "a long one for the tests 4711",
    }),
    headers: { [CLIENT_HEADER]: "203.0.113.5", "x-forwarded-for": "198.51.100.9" },
  });
  expect(status).toBe(201);
  const headers = { authorization: `Bearer ${String(json().token)}` };
  const sessions = (await ask("/auth/sessions", { headers })).json();
  expect(sessions.items).toMatchObject([{ ip: "203.0.113.5" }]);
});

test("what happens is told live through nginx, with and without TLS", async () => {
  const plain = await watcher(shop.base, shop.adminToken);
  const socket = io(`https://127.0.0.1:${shop.nginx.ports.https}`, {
    transports: ["websocket"],
    reconnection: false,
    ca: shop.nginx.ca.toString(),
    auth: { token: shop.adminToken },
  });
  try {
    const [{ rooms }] = (await once(socket as unknown as NodeJS.EventEmitter, "welcome")) as [
      { rooms: string[] },
    ];
    expect(rooms).toContain("admin");
    const published = once(socket as unknown as NodeJS.EventEmitter, "event");
    const buying = shoppers([shop.base], shop.article, { people: shop.people.slice(0, 1) });
    await published;
    await buying.stop();
    expect(buying.failures).toEqual([]);
    expect(plain.names().length).toBeGreaterThan(0);
  } finally {
    plain.close();
    socket.close();
  }
});

const looked = () => [
  "/products",
  `/products/${shop.article.productId}`,
  "/orders?limit=5",
  `/availability?variantIds=${shop.article.variantId}`,
];
/** Answers when nginx has got a good answer from this gateway to what was asked from now on. */
async function untilAsked(address: string, withinMs: number): Promise<void> {
  const seenBefore = (await shop.nginx.lines()).length;
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(50)) {
    const fresh = (await shop.nginx.lines()).slice(seenBefore);
    if (fresh.some(({ gateway, status }) => gateway === address && status === 200)) return;
  }
  throw new Error(`${address} was not asked again within ${withinMs} ms.`);
}

test("each gateway is killed under load: no read and no keyed command fails, and both are taken back", async () => {
  const reading = readers(shop.base, looked(), { token: shop.adminToken, width: 4 });
  const { people, article } = shop;
  const shopping = shoppers([shop.base], article, { people, impatient: true });
  for (const [i, address] of shop.gateways.entries()) {
    const gateway = shop.gateway(`gateway-${i + 1}`);
    await Promise.all([shopping.further(people.length), reading.further(8)]);
    await gateway.end("SIGKILL");
    await Promise.all([shopping.further(people.length), reading.further(12)]);
    await gateway.start();
    await untilAsked(address, 10_000);
  }
  await Promise.all([shopping.stop(), reading.stop()]);
  expect(reading.failures).toEqual([]);
  expect(shopping.failures).toEqual([]);
  const urlOf = (service: string) => serviceUrl(shop.cluster.postgres, service);
  const { findings } = await untilAllHold(urlOf, 30_000);
  expect(broken(findings)).toEqual([]);
}, 120_000);

test("all of this is on record, and nothing went wrong that was not done on purpose", async () => {
  const lines = await shop.nginx.lines();
  expect(lines.filter(({ status }) => status >= 500)).toEqual([]);
  // Some had to be asked twice, or the gateways did not go while they were asked.
  expect(lines.filter(({ gateway }) => gateway.includes(", ")).length).toBeGreaterThan(0);
  const errors = (await shop.nginx.errors()).split("\n").filter(Boolean);
  const expected = /Connection refused|prematurely closed|Connection reset|temporarily disabled/;
  expect(errors.filter((line) => !expected.test(line))).toEqual([]);
});
