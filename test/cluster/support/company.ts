/** The whole company as one process of its own, on databases that outlive it, to be killed and started. */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Merchant } from "../../../scripts/client/merchant.ts";
import { PatientClient } from "../../../scripts/client/patient.ts";
import { good } from "../../../scripts/client/shop.ts";
import { type RunningNode, runningNode } from "../../../scripts/cluster/running-node.ts";
import { freePort } from "../../../scripts/servers/servers.ts";
import { DOMAINS } from "../../../services/contracts.ts";
import { giveDatabase } from "../../support/test-databases.ts";
import { temporaryFolder } from "../../../scripts/servers/temporary-folder.ts";

export const ADMIN = { email: "admin@faults.example", password: "a long one for the tests 4711" };

/** Longer than the many lives in a row in which nothing is brought to its end. */
const PATIENCE_MS = 300_000;

/** One life of the company's process. */
export interface Life {
  readonly node: RunningNode;
  /** Answers its exit code once it has ended without being asked to; null: killed by a signal. */
  readonly lost: Promise<number | null>;
  /** What it said last. */
  readonly said: readonly string[];
}
export interface Company {
  readonly base: string;
  readonly client: PatientClient;
  readonly urlOf: (service: string) => string;
  /** Begins a life; answers at once. */
  live(fault?: { point?: string; record?: string }): Life;
  /** Ends the present life, as an operator does it or as a power cut does. */
  end(signal?: NodeJS.Signals): Promise<void>;
  signIn(email: string, password: string): Promise<string>;
  leave(): Promise<void>;
}

export async function company(name: string): Promise<Company> {
  const dataDir = temporaryFolder(name);
  const urls = new Map<string, string>();
  for (const service of DOMAINS) urls.set(service, await giveDatabase(service));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const client = new PatientClient([base], { withinMs: PATIENCE_MS });
  const environment = {
    ...Object.fromEntries([...urls].map(([it, url]) => [`${it.toUpperCase()}_DATABASE_URL`, url])),
    DATA_DIR: dataDir,
    PORT: String(port),
    DEMO: "0",
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    NODE_ENV: "test",
    NODE_COMPILE_CACHE: path.join(tmpdir(), "comptoir-compile-cache"),
    LIMIT_ANONYMOUS: "0",
    LIMIT_USER: "0",
    LIMIT_LOGIN: "0",
    LIMIT_HEAVY: "0",
    LOG_LEVEL: "warn",
  };
  let last: RunningNode | undefined;

  const live: Company["live"] = ({ point, record } = {}) => {
    const lost = Promise.withResolvers<number | null>();
    const said: string[] = [];
    const node = runningNode(
      { name, services: [] },
      {
        environment: {
          ...environment,
          ...(point !== undefined && { FAULT_POINT: point }),
          ...(record !== undefined && { FAULT_RECORD: record }),
        },
        onLine: (line) => void (said.length < 200 && said.push(line)),
        onLost: lost.resolve,
      },
    );
    last = node;
    return { node, lost: lost.promise, said };
  };
  return {
    base,
    client,
    urlOf: (service) => urls.get(service) ?? "",
    live,
    end: async (signal) => void (await last?.end(signal)),
    async signIn(email, password) {
      const { body } = good(
        await client.ask<{ token: string }>("POST", "/auth/login", { body: { email, password } }),
      );
      return body.token;
    },
    leave: async () => {
      client.close();
      await last?.end("SIGKILL");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export const merchantOf = async (one: Company) =>
  new Merchant(one.client, await one.signIn(ADMIN.email, ADMIN.password));
