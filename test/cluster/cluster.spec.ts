/** Separate processes over a real NATS: nodes die, drain and come back while people shop. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import { Client } from "pg";
import { type Cluster, startCluster } from "../../runtime/cluster/cluster.ts";
import { type Article, Merchant } from "../../operations/client/merchant.ts";
import { ApiClient, RETRYING } from "../../operations/client/api-client.ts";
import { good } from "../../operations/client/shop.ts";
import { broken, untilAllHold } from "../../operations/invariants/check.ts";
import { serviceUrl } from "../../runtime/node/databases.ts";
import { freePort } from "../../runtime/servers/servers.ts";
import { DOMAINS } from "../../services/manifests.ts";
import { register, type Shopper } from "./support/checkout.ts";
import { readers, shoppers } from "./support/load.ts";
import { WITHOUT_LIMITS } from "../../runtime/cluster/without-limits.ts";

const REST = DOMAINS.filter((name) => name !== "orders" && name !== "inventory");
const SHOPPERS = 4;
const UNITS = 10_000;

let cluster: Cluster;
let base: string;
let client: ApiClient;
let adminToken: string;
let article: Article;
let people: Shopper[];
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  cluster = await startCluster({
    plans: [
      { name: "gateway", services: ["gateway"], environment: { PORT: String(port) } },
      ...["orders-1", "orders-2"].map((name) => ({ name, services: ["orders"] })),
      ...["inventory-1", "inventory-2"].map((name) => ({ name, services: ["inventory"] })),
      { name: "rest", services: REST },
    ],
    say: () => undefined,
    environment: {
      ...WITHOUT_LIMITS,
      LOG_LEVEL: "warn",
    },
  });
  closing.push(() => cluster.stop());
  const [admin] = await cluster.seed();
  client = new ApiClient([base], RETRYING);
  closing.push(() => client.close());
  const { email, password } = admin ?? {};
  const login = { body: { email, password } };
  adminToken = good(await client.ask<{ token: string }>("POST", "/auth/login", login)).body.token;
  const merchant = new Merchant(client, adminToken);
  await merchant.openWarehouse("CLUSTER");
  article = await merchant.sell("CLUSTERED", { priceMinor: 1_000, units: UNITS });
  people = await Promise.all(Array.from({ length: SHOPPERS }, () => register(client)));
}, 120_000);

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
}, 60_000);

const node = (name: string) => {
  const found = cluster.nodes.get(name);
  if (!found) throw new Error(`There is no node ${name}.`);
  return found;
};
const looked = () => [
  "/products",
  `/products/${article.productId}`,
  "/orders?limit=5",
  `/availability?variantIds=${article.variantId}`,
];
const holds = async () => {
  const urlOf = (service: string) => serviceUrl(cluster.postgres, service);
  const { findings } = await untilAllHold(urlOf, 30_000);
  expect(broken(findings)).toEqual([]);
};

test("one of two nodes is killed under load: no read fails, every command is healed by its key", async () => {
  const reading = readers(base, looked(), { token: adminToken, width: 4 });
  const shopping = shoppers([base], article, { people });
  await shopping.further(SHOPPERS);
  await Promise.all([node("orders-1").end("SIGKILL"), node("inventory-1").end("SIGKILL")]);
  await Promise.all([shopping.further(3 * SHOPPERS), reading.further(12)]);
  await Promise.all([node("orders-1").start(), node("inventory-1").start()]);
  await shopping.further(SHOPPERS);
  await Promise.all([shopping.stop(), reading.stop()]);
  expect(reading.failures).toEqual([]);
  expect(shopping.failures).toEqual([]);
  await holds();
}, 120_000);

test("a node that is told to go finishes what it has begun: no request fails", async () => {
  const reading = readers(base, looked(), { token: adminToken, width: 4 });
  const shopping = shoppers([base], article, { people, impatient: true });
  await shopping.further(SHOPPERS);
  for (const name of ["orders-2", "inventory-2"]) {
    await node(name).end("SIGTERM");
    await shopping.further(SHOPPERS);
    await node(name).start();
  }
  await shopping.further(SHOPPERS);
  await Promise.all([shopping.stop(), reading.stop()]);
  expect(reading.failures).toEqual([]);
  expect(shopping.failures).toEqual([]);
}, 120_000);

test("NATS is killed and comes back: what was asked meanwhile is healed by its key", async () => {
  const shopping = shoppers([base], article, { people });
  await shopping.further(SHOPPERS);
  await cluster.nats.kill();
  await cluster.nats.restart();
  await shopping.further(2 * SHOPPERS);
  await shopping.stop();
  expect(shopping.failures).toEqual([]);
  await holds();
}, 120_000);

test("Postgres is killed and comes back: nobody is told of an error that is none of theirs", async () => {
  const shopping = shoppers([base], article, { people });
  await shopping.further(SHOPPERS);
  process.kill(cluster.postgres.pid, "SIGKILL");
  await shopping.further(3 * SHOPPERS);
  await shopping.stop();
  expect(shopping.failures).toEqual([]);
  const published = [...shopping.client.troubles.keys()];
  expect(published.filter((trouble) => trouble.startsWith("500"))).toEqual([]);
  await holds();
}, 120_000);

test("an operator's console sees the nodes and asks as an admin", async () => {
  const output = await operator(["nodes", "call orders.list --limit 1"]);
  for (const name of cluster.nodes.keys()) expect(output).toContain(name);
  expect(stripVTControlCharacters(output)).toMatch(/number: \d+/);
}, 60_000);

test("what was paid was sold, and nothing else", async () => {
  await holds();
  const database = new Client({ connectionString: serviceUrl(cluster.postgres, "inventory") });
  await database.connect();
  const sold = await database.query<{ on_hand: number; sold: number }>(
    `select sum(on_hand)::int as on_hand, (select sum(quantity)::int from movement
       where reason = 'sale') as sold from stock where variant_id = $1`,
    [article.variantId],
  );
  await database.end();
  expect(sold.rows[0]?.sold).toBeGreaterThan(SHOPPERS);
  expect((sold.rows[0]?.on_hand ?? 0) + (sold.rows[0]?.sold ?? 0)).toBe(UNITS);
}, 60_000);

/** Pipes lines into the console and answers all that it said. */
async function operator(lines: readonly string[]): Promise<string> {
  const console = spawn(process.execPath, ["runtime/repl.ts"], {
    env: { ...process.env, NATS_URL: cluster.nats.url, NODE_NO_WARNINGS: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  console.stdin.end(`${[...lines, "exit"].join("\n")}\n`);
  return text(console.stdout);
}
