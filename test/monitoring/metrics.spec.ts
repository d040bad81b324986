/**
 * Dashboards and rules against what a running house really shows, after it has sold, refused and given
 * back something: a metric or label that does not exist is a graph that stays empty for ever.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { v7 } from "uuid";
import { findPostmaster } from "../../runtime/postgres/postmaster.ts";
import { type RunningNode, runningNode } from "../../runtime/cluster/running-node.ts";
import { good, Shop } from "../../operations/client/shop.ts";
import { freePort } from "../../runtime/servers/servers.ts";
import { temporaryFolder } from "../../runtime/servers/temporary-folder.ts";
import { eventually } from "../support/stage.ts";
import { dashboardQueries, FOREIGN, type Query, ruleQueries, yamlOf } from "./files.ts";
import { prometheusProgram } from "./programs.ts";
import { readQuery } from "./promql.ts";

const QUERIES: readonly Query[] = [...dashboardQueries(), ...ruleQueries()];

let dataDir: string;
// Not there when the system did not start, which must not keep it from being ended.
let node: RunningNode | undefined;
let shop: Shop | undefined;
let figures: string;
/** Orders that came too early. */
let rejected = 0;
let prometheus: Awaited<ReturnType<typeof startPrometheus>> | undefined;

beforeAll(async () => {
  dataDir = temporaryFolder("figures");
  const [port, metricsPort] = [await freePort(), await freePort()];
  node = runningNode(
    { name: "figures", services: [] },
    {
      environment: {
        NODE_ENV: "development",
        DATA_DIR: dataDir,
        PORT: String(port),
        METRICS_PORT: String(metricsPort),
        DEMO: "1",
        LOG_LEVEL: "error",
        LIMIT_ANONYMOUS: "0",
        LIMIT_USER: "0",
      },
    },
  );
  await node.start();
  shop = new Shop(`http://127.0.0.1:${port}`);
  await trade(shop);
  figures = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  prometheus = await startPrometheus(metricsPort);
}, 120_000);

afterAll(async () => {
  shop?.http.close();
  await prometheus?.stop();
  await node?.end();
  const left = await findPostmaster(path.join(dataDir, "postgres", "data"));
  if (left) process.kill(left.pid, "SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

/** One order of each fate, and something that does not exist. */
async function trade(shop: Shop): Promise<void> {
  const { http } = shop;
  const passwords = JSON.parse(
    await readFile(path.join(dataDir, "passwords.json"), "utf8"),
  ) as Record<string, string>;
  const email = "admin@demo.comptoir.example";
  const admin = await shop.signIn(email, passwords[email] ?? "");
  const buyer = await shop.register();
  const list = await http.get<{ products: { id: string }[] }>("/products");
  const productId = good(list).body.products[0]?.id ?? "";
  for (let n = 0; n < 2; n += 1) await http.get(`/products/${productId}`);

  const order = async () => {
    const answer = await shop.order(buyer, { productId, quantity: 1 });
    if (answer.body.code === "OUT_OF_STOCK") rejected += 1;
    return good(answer).body;
  };
  // Its price and stock are heard a moment after the demo company is there.
  const paid = await eventually(order, 30_000);
  good(await shop.pay(buyer, paid.orderId, paid.order.total));
  const refund = () => http.post(`/orders/${paid.orderId}/cancel`, {}, admin.token);
  await eventually(async () => good(await refund()), 30_000);
  const declined = await order();
  await shop.pay(buyer, declined.orderId, declined.order.total, {
    simulate: { decline: true },
  });
  await http.post(`/orders/${declined.orderId}/cancel`, {}, buyer.token);
  await order();
  expect((await http.get(`/orders/${v7()}`, buyer.token)).status).toBe(404);
}

/** The real one, which asks the system each second. */
const query = async (expr: string) => {
  if (!prometheus) throw new Error("Prometheus did not start.");
  return prometheus.query(expr);
};

async function startPrometheus(metricsPort: number) {
  const folder = await mkdtemp(path.join(tmpdir(), "comptoir-test-prometheus-data-"));
  const port = await freePort();
  const config = yamlOf("prometheus.yml") as { scrape_configs: Record<string, unknown>[] };
  const ours = config.scrape_configs.find(({ job_name }) => job_name === "comptoir");
  const { dns_sd_configs: _dns, file_sd_configs: _files, ...rest } = ours ?? {};
  await writeFile(
    path.join(folder, "prometheus.yml"),
    stringify({
      global: { scrape_interval: "1s" },
      scrape_configs: [{ ...rest, static_configs: [{ targets: [`127.0.0.1:${metricsPort}`] }] }],
    }),
  );
  const child = spawn(
    await prometheusProgram("prometheus"),
    [
      `--config.file=${path.join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${path.join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  const ask = async (expr: string) => {
    const address = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`;
    const answer = await fetch(address);
    return (await answer.json()) as {
      status: string;
      error?: string;
      data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
  };
  const stop = async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { query: ask, stop };
}

/** Labels of each metric, as the node shows them. */
function shown(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>(
    Object.entries(FOREIGN).map(([name, labels]) => [name, new Set(labels)]),
  );
  for (const [, name = "", labels = ""] of figures.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = found.get(name) ?? new Set<string>();
    for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) known.add(label);
    found.set(name, known);
  }
  return found;
}

test.each(QUERIES.map(({ at, expr }) => [at, expr] as const))(
  "%s asks for what exists",
  (_, expr) => {
    const { wrong, speaks, groupedBy } = readQuery(expr);
    expect({ expr, wrong }).toEqual({ expr, wrong: false });
    expect(speaks).not.toEqual([]);
    const known = shown();
    const missing = speaks.flatMap(({ metric, labels }) => {
      const of = known.get(metric);
      return of ? labels.filter((label) => !of.has(label)).map((it) => `${metric}{${it}}`) : metric;
    });
    expect(missing).toEqual([]);
    const all = new Set(speaks.flatMap(({ metric }) => [...(known.get(metric) ?? [])]));
    expect(groupedBy.filter((label) => !all.has(label))).toEqual([]);
  },
);

test("Prometheus itself answers every query", async () => {
  await eventually(async () => {
    const { data } = await query("up");
    expect(data?.result.map(({ value }) => value[1])).toEqual(["1"]);
  }, 20_000);
  const wrong: string[] = [];
  for (const { at, expr } of QUERIES) {
    const { status, error } = await query(expr);
    if (status !== "success") wrong.push(`${at}: ${error}`);
  }
  expect(wrong).toEqual([]);
}, 60_000);

test("what was sold, refused and given back is counted, once", async () => {
  const valueOf = async (expr: string) => {
    const { data } = await query(expr);
    return Number(data?.result[0]?.value[1]);
  };
  await eventually(async () => {
    expect(await valueOf('sum(comptoir_orders_total{outcome="placed"})')).toBe(3 + rejected);
    expect(await valueOf('sum(comptoir_orders_total{outcome="rejected"})')).toBe(rejected);
    expect(await valueOf('sum(comptoir_orders_total{outcome="paid"})')).toBe(1);
    expect(await valueOf('sum(comptoir_orders_total{outcome="refunded"})')).toBe(1);
    expect(await valueOf('sum(comptoir_orders_total{outcome="cancelled"})')).toBe(1);
    expect(await valueOf('sum(comptoir_payments_total{outcome="declined"})')).toBe(1);
    expect(await valueOf("sum(comptoir_sagas_open)")).toBe(1);
  }, 20_000);
  const sold = await valueOf('sum(comptoir_sales_amount_total{currency="EUR"})');
  expect(sold).toBeGreaterThan(0);
  expect(await valueOf('sum(comptoir_refunded_amount_total{currency="EUR"})')).toBeCloseTo(sold, 2);
  expect(await valueOf('sum(comptoir_people_total{outcome="registered"})')).toBeGreaterThan(0);
}, 60_000);

test("no alert about the system would fire while it is well", async () => {
  const firing: string[] = [];
  for (const { at, expr } of ruleQueries()) {
    const { data } = await query(expr);
    const foreign = /^(Backup|Certificate|Disk)/.test(at);
    if (!foreign && (data?.result.length ?? 0) > 0) firing.push(at);
  }
  // One order waits for its payment, and what was just told is being heard.
  expect(firing).toEqual([]);
}, 60_000);
