/** A service's node, with the environment and files of its pod, asked by the pod's probes. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { freePort } from "../../runtime/postgres/launch.ts";
import { eventually } from "../support/stage.ts";
import { type BusServer, startBus } from "./support/bus.ts";
import { ask, type Database, startDatabase } from "./support/database.ts";
import { type System, system } from "./support/system.ts";
import { prepare } from "./support/kubelet.ts";
import { type Running, started } from "./support/processes.ts";

const SERVICE = "pricing";
interface Pod extends Running {
  readonly metricsPort: number;
}

let all: System;
let bus: BusServer[] = [];
let database: Database | undefined;
let databasePort: number;
const pods: Pod[] = [];

beforeAll(async () => {
  all = await system();
  databasePort = await freePort();
  bus = await startBus(all, 1);
}, 60_000);
afterAll(async () => {
  await Promise.all(pods.map((pod) => pod.end("SIGKILL")));
  await Promise.all([...bus.map((one) => one.end("SIGKILL")), database?.end("SIGINT")]);
  await all.remove();
});

/** As its pod has it, but for the addresses of servers. */
async function startPod(name: string): Promise<Pod> {
  const root = path.join(all.folder, name);
  const { env } = prepare(all.workload(SERVICE), all.all, { root, pod: `${SERVICE}-${name}` });
  for (const file of [env.DATABASE_URL_FILE ?? "", env.OWNER_DATABASE_URL_FILE ?? ""]) {
    const url = await readFile(file, "utf8");
    await writeFile(file, url.replace(`${SERVICE}-postgres:5432`, `127.0.0.1:${databasePort}`));
  }
  const metricsPort = await freePort();
  const here = {
    NATS_URL: `tls://localhost:${bus[0]?.client}`,
    METRICS_HOST: "127.0.0.1",
    METRICS_PORT: String(metricsPort),
    PATH: process.env.PATH,
  };
  const { REDIS_URL_FILE: _, ...mine } = env;
  const running = await started(process.execPath, ["runtime/start.ts"], {
    env: { ...mine, ...here },
  });
  const pod = { ...running, metricsPort };
  pods.push(pod);
  return pod;
}

/** What the kubelet sees: the status, or nothing where nobody answers. */
async function probe({ metricsPort }: Pod, which: "livenessProbe" | "readinessProbe") {
  const asked = all.workload(SERVICE).containers[0]?.[which]?.httpGet?.path;
  return fetch(`http://127.0.0.1:${metricsPort}${asked}`).then(
    ({ status }) => status,
    () => undefined,
  );
}

test("a node lives before its database is there, and is ready when it is", async () => {
  const pod = await startPod("first");
  await eventually(async () => expect(await probe(pod, "livenessProbe")).toBe(200), 20_000);
  expect(await probe(pod, "readinessProbe")).toBe(503);
  database = await startDatabase(all, SERVICE, databasePort);
  await eventually(async () => expect(await probe(pod, "readinessProbe")).toBe(200), 20_000);
  expect(pod.said()).not.toMatch(/"level":"(error|fatal|critical)"/i);
}, 90_000);

test("it migrated as the owner, and serves as a role that may only read and write", async () => {
  const rows = await ask(
    `${database?.superuserUrl}/${SERVICE}`,
    "select tableowner::text as owner from pg_tables where schemaname = 'public' group by 1",
  );
  expect(rows).toEqual([{ owner: `${SERVICE}_owner` }]);
  expect(pods[0]?.said()).not.toContain("OWNER_DATABASE_URL");
});

test("told to end, it ends well in the time that it is given", async () => {
  const [pod] = pods;
  const { terminationGracePeriodSeconds = 0 } = all.workload(SERVICE).pod;
  const before = performance.now();
  await pod?.end("SIGTERM");
  expect((performance.now() - before) / 1000).toBeLessThan(terminationGracePeriodSeconds / 2);
  expect(pod?.said()).toContain("Stopped.");
}, 60_000);
