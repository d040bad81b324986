/** A company of its own, in a folder that is thrown away, with everything that it needs. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile, realpath, rm } from "node:fs/promises";
import path from "node:path";
import { findPostmaster, hasEnded } from "../../../runtime/postgres/postmaster.ts";
import { Merchant } from "../../client/merchant.ts";
import { ApiClient, RETRYING } from "../../client/api-client.ts";
import { good } from "../../client/shop.ts";
import { type RunningNode, runningNode } from "../../../runtime/cluster/running-node.ts";
import { WITHOUT_LIMITS } from "../../../runtime/cluster/without-limits.ts";
import { type Finding, untilAllHold } from "../../invariants/check.ts";
import { freePort } from "../../../runtime/servers/servers.ts";
import { temporaryFolder } from "../../../runtime/servers/temporary-folder.ts";
import { type LoadGenerator, startLoad } from "./load.ts";

export interface Company {
  readonly dir: string;
  readonly dataDir: string;
  readonly backups: string;
  readonly client: ApiClient;
  readonly node: RunningNode;
  /** For the superuser of its Postgres, which must run. */
  urlOf(): Promise<(service: string) => string>;
  /** One of the scripts, with this company's settings. */
  run(script: string, ...words: string[]): Promise<Ran>;
  /** Opens the shop: articles, a coupon, and so many people who buy. */
  open(people: number): Promise<LoadGenerator>;
  /** Power cut and fire: processes and data are gone. Backups lie elsewhere. */
  destroy(): Promise<void>;
  end(): Promise<void>;
}
export interface Ran {
  readonly code: number;
  readonly output: string;
}

const CONVERGE_MS = 60_000;
const ARTICLES = 8;
const UNITS = 2_000;
const COUPON = "TRIAL10";

export async function company(name: string): Promise<Company> {
  const dir = temporaryFolder(name);
  const dataDir = path.join(dir, "data");
  const port = await freePort();
  const client = new ApiClient([`http://127.0.0.1:${port}`], RETRYING);
  const admin = { email: "admin@trial.example", password: randomBytes(18).toString("base64url") };
  const environment = {
    DATA_DIR: dataDir,
    JWT_SECRET: randomBytes(48).toString("hex"),
    PORT: String(port),
    DEMO: "0",
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    PASSWORD_COST: "4",
    PAY_DEADLINE_MS: "5000",
    ...WITHOUT_LIMITS,
    METRICS_PORT: "0",
    LOG_LEVEL: "warn",
    LOG_DIR: "",
    DATABASE_URL: "",
    NATS_URL: "",
    REDIS_URL: "",
  };
  const node = runningNode({ name, services: [] }, { environment });
  const data = path.join(dataDir, "postgres", "data");
  const postmaster = async () =>
    findPostmaster(await realpath(data).catch(() => path.resolve(data)));

  const destroy = async () => {
    const running = await postmaster();
    if (running) process.kill(running.pid, "SIGKILL");
    await node.end("SIGKILL");
    if (running) await hasEnded(running.pid, CONVERGE_MS);
    await rm(dataDir, { recursive: true, force: true });
  };
  return {
    dir,
    dataDir,
    backups: path.join(dir, "backups"),
    client,
    node,
    urlOf: async () => {
      const password = await readFile(path.join(dataDir, "postgres", "password"), "utf8");
      const { port: at = 0 } = (await postmaster()) ?? {};
      return (service) => `postgres://postgres:${password.trim()}@127.0.0.1:${at}/${service}`;
    },
    run: (script, ...words) => run([script, ...words], environment),
    open: async (people) => {
      const { body } = good(
        await client.ask<{ token: string }>("POST", "/auth/login", { body: admin }),
      );
      const merchant = new Merchant(client, body.token);
      await merchant.openWarehouse("TRIAL");
      const articles = await Promise.all(
        Array.from({ length: ARTICLES }, (_, n) =>
          merchant.sell(`TRIAL-${n}`, { priceMinor: 500 + 110 * n, units: UNITS }),
        ),
      );
      await merchant.offer(COUPON, { kind: "percent", percentBasisPoints: 1_000 });
      return startLoad({ client, articles, coupon: COUPON, people });
    },
    destroy,
    end: async () => {
      client.close();
      await destroy();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function run(words: readonly string[], environment: Readonly<Record<string, string>>) {
  return new Promise<Ran>((resolve) => {
    const env = { ...process.env, ...environment };
    execFile(process.execPath, [...words], { env }, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? 1) : 0;
      resolve({ code, output: stdout + stderr });
    });
  });
}

/** What the company holds, once nothing is under way any more. */
export async function atRest(one: Company): Promise<readonly Finding[]> {
  return (await untilAllHold(await one.urlOf(), CONVERGE_MS)).findings;
}
