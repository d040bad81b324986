/** A cluster is replaced, node after node and version after version, while the public goes on asking. */
import { rm } from "node:fs/promises";
import { Client } from "pg";
import { type Article, Merchant } from "../../operations/client/merchant.ts";
import { ApiClient, RETRYING } from "../../operations/client/api-client.ts";
import { good } from "../../operations/client/shop.ts";
import { type Cluster, startCluster } from "../../runtime/cluster/cluster.ts";
import { broken, untilAllHold } from "../../operations/invariants/check.ts";
import { checkFile } from "../../tools/migrations/check.ts";
import { serviceUrl } from "../../runtime/node/databases.ts";
import { DOMAINS } from "../../services/registry.ts";
import { freePort } from "../../runtime/servers/servers.ts";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";
import { type Nginx, startNginx } from "../nginx/support/nginx.ts";
import { register, type Shopper } from "./support/checkout.ts";
import { publicOf, type Steady, steady } from "./support/steady.ts";
import { type Versions, versionsIn } from "./support/versions.ts";
import { WITHOUT_LIMITS } from "../../runtime/cluster/without-limits.ts";

const REST = DOMAINS.filter((name) => name !== "orders");
const PER_SECOND = 200;
const GONE_WITHIN_MS = 10_000;
const UNITS = 100_000;
const SHOPPERS = 24;
/** What an expanding migration may do with a table that is in use. */
const NEWER = `
  alter table "order" add column gift boolean not null default false;
  alter table "order" add constraint gift_known check (gift is not null) not valid;
  create table greeting (order_id uuid primary key references "order", words text not null);
`;

let cluster: Cluster;
let nginx: Nginx;
let versions: Versions;
let article: Article;
let people: Shopper[];
let adminToken: string;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  const folder = temporaryFolder("test-versions");
  closing.push(() => rm(folder, { recursive: true, force: true }));
  versions = await versionsIn(folder, { service: "orders", sql: NEWER });
  for (const name of ["orders-1", "orders-2"]) await versions.use(name, "present");
  const ports = [await freePort(), await freePort()];
  const twice = (name: string, services: readonly string[]) =>
    [1, 2].map((n) => ({ name: `${name}-${n}`, services }));
  cluster = await startCluster({
    plans: [
      ...ports.map((port, i) => ({
        name: `gateway-${i + 1}`,
        services: ["gateway"],
        environment: { PORT: String(port), TRUSTED_PROXIES: "1" },
      })),
      ...twice("orders", ["orders"]).map((plan) => ({
        ...plan,
        cwd: versions.folderOf(plan.name),
      })),
      ...twice("rest", REST),
      { name: "monitoring-1", services: ["monitoring"] },
    ],
    say: () => undefined,
    environment: {
      ...WITHOUT_LIMITS,
      LOG_LEVEL: "warn",
    },
  });
  closing.push(() => cluster.stop());
  nginx = await startNginx({
    gateways: ports.map((port) => `127.0.0.1:${port}`),
    // The whole public comes from one address here.
    settings: { NGINX_RATE: "10000r/s", NGINX_BURST: "10000", NGINX_CONNECTIONS: "10000" },
  });
  closing.push(() => nginx.stop());
  await openShop();
}, 180_000);

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
}, 60_000);

const door = () => `http://127.0.0.1:${nginx.ports.plain}`;

async function openShop(): Promise<void> {
  const [admin] = await cluster.seed();
  const client = new ApiClient([door()], RETRYING);
  closing.push(() => client.close());
  const { email, password } = admin ?? {};
  const login = { body: { email, password } };
  adminToken = good(await client.ask<{ token: string }>("POST", "/auth/login", login)).body.token;
  const merchant = new Merchant(client, adminToken);
  await merchant.openWarehouse("ROLLING");
  article = await merchant.sell("ROLLED", { priceMinor: 1_000, units: UNITS });
  people = await Promise.all(Array.from({ length: SHOPPERS }, () => register(client)));
}

interface End {
  readonly name: string;
  /** 0 of one that ends by itself, in order. */
  readonly code: number | null;
  readonly ms: number;
}
async function replace(
  name: string,
  asking: Steady,
  { between }: { between?: () => Promise<void> } = {},
): Promise<End> {
  const node = cluster.nodes.get(name);
  if (!node) throw new Error(`There is no node ${name}.`);
  const began = performance.now();
  const code = await node.end("SIGTERM");
  const ms = Math.round(performance.now() - began);
  await between?.();
  // The next one may go as soon as this one says that it is there.
  await node.start();
  await asking.further(PER_SECOND / 4);
  return { name, code, ms };
}

async function nothingWasLost(asking: Steady, ends: readonly End[]): Promise<void> {
  const { failures, ...figures } = await asking.stop();
  const drained = ends.map(({ name, ms }) => `${name} ${ms} ms`).join(", ");
  process.stderr.write(`Rolling: ${JSON.stringify(figures)}; ended: ${drained}\n`);
  expect(failures).toEqual([]);
  expect(ends.filter(({ code, ms }) => code !== 0 || ms > GONE_WITHIN_MS)).toEqual([]);
  expect(figures.commands).toBeGreaterThan(PER_SECOND / 4);
  const urlOf = (service: string) => serviceUrl(cluster.postgres, service);
  const { findings } = await untilAllHold(urlOf, 30_000);
  expect(broken(findings)).toEqual([]);
}

test("every node is replaced: each ends by itself within 10 s, and no request fails", async () => {
  const asking = steady(door(), PER_SECOND, publicOf(article, { people, adminToken }));
  await asking.further(PER_SECOND);
  const ends: End[] = [];
  for (const name of cluster.nodes.keys()) ends.push(await replace(name, asking));
  await nothingWasLost(asking, ends);
}, 300_000);

test("a newer version migrates, and the present one goes on beside it, also when it starts again", async () => {
  expect(await checkFile(versions.migration, NEWER)).toEqual([]);
  const asking = steady(door(), PER_SECOND, publicOf(article, { people, adminToken }));
  await asking.further(PER_SECOND / 2);
  const ends = [
    await replace("orders-1", asking, { between: () => versions.use("orders-1", "newer") }),
    await replace("orders-2", asking),
    // And back, as one does who does not like the newer one.
    await replace("orders-1", asking, { between: () => versions.use("orders-1", "present") }),
  ];
  await nothingWasLost(asking, ends);

  const orders = new Client({ connectionString: serviceUrl(cluster.postgres, "orders") });
  await orders.connect();
  // By the role that serves: the older version has not taken the rights to the newer tables away.
  const { rows } = await orders.query(
    `insert into greeting select id, 'Enjoy it.' from "order" where not gift limit 1
     returning (select count(*)::int from migration where name = $1) as applied`,
    [versions.migration],
  );
  await orders.end();
  expect(rows).toEqual([{ applied: 1 }]);
}, 180_000);
