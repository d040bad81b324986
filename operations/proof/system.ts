/** A fresh company in a process of its own, with an embedded Postgres, on free ports. */
import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";
import { config } from "../../config.ts";
import { freePort } from "../../runtime/postgres/launch.ts";
import { Merchant } from "../client/merchant.ts";
import { ApiClient, RETRYING } from "../client/api-client.ts";
import { good, Shop, type SignedIn } from "../client/shop.ts";
import { runningNode } from "../../runtime/cluster/running-node.ts";
import { WITHOUT_LIMITS } from "../../runtime/cluster/without-limits.ts";
import { passwordOf } from "../../runtime/node/databases.ts";

export interface ProofSystem {
  readonly client: ApiClient;
  readonly merchant: Merchant;
  readonly admin: SignedIn;
  readonly urlOf: (service: string) => string;
  /** The rows of one query in the database of `service`. */
  rows<R extends object>(service: string, query: string, values?: unknown[]): Promise<R[]>;
  end(): Promise<void>;
}

/** So many requests may be on their way at once. */
const CONNECTIONS = 1_000;

export async function openSystem(): Promise<ProofSystem> {
  const port = await freePort();
  const admin = {
    email: "proof@comptoir.example",
    password: randomBytes(18).toString("base64url"),
  };
  const node = runningNode(
    { name: "proof", services: [] },
    {
      environment: {
        DATA_DIR: config.dataDir,
        JWT_SECRET: config.jwt.secrets.join(","),
        PORT: String(port),
        DEMO: "0",
        ADMIN_EMAIL: admin.email,
        ADMIN_PASSWORD: admin.password,
        // The proof is not about passwords, and rate limits would only slow it down.
        PASSWORD_COST: "4",
        ...WITHOUT_LIMITS,
        METRICS_PORT: "0",
        LOG_LEVEL: "warn",
      },
    },
  );
  await node.start();
  const base = `http://127.0.0.1:${port}`;
  const client = new ApiClient([base], { ...RETRYING, connections: CONNECTIONS });
  const signedIn = await new Shop(base).signIn(admin.email, admin.password);
  const postgresPort = (
    await readFile(path.join(config.dataDir, "postgres", "port"), "utf8")
  ).trim();
  const urlOf = (service: string) =>
    `postgres://${service}:${passwordOf(service)}@127.0.0.1:${postgresPort}/${service}`;
  return {
    client,
    merchant: new Merchant(client, signedIn.token),
    admin: signedIn,
    urlOf,
    rows: async <R extends object>(service: string, query: string, values: unknown[] = []) => {
      const database = new Client({ connectionString: urlOf(service) });
      await database.connect();
      try {
        return (await database.query<R>(query, values)).rows;
      } finally {
        await database.end();
      }
    },
    end: async () => {
      client.close();
      await node.end();
      await rm(config.dataDir, { recursive: true, force: true });
    },
  };
}

export async function registered({ client }: ProofSystem): Promise<SignedIn> {
  const name = `buyer-${randomBytes(8).toString("hex")}`;
  const email = `${name}@example.org`;
  const password = randomBytes(12).toString("base64url");
  const { body } = good(
    await client.ask<{ token: string; refreshToken: string; user: { id: string } }>(
      "POST",
      "/auth/register",
      { body: { username: name, email, password } },
    ),
  );
  return { id: body.user.id, email, token: body.token, refreshToken: body.refreshToken };
}
