/** A company of three processes over NATS: two gateways, and all the rest; nginx before them. */
import { Merchant, type Article } from "../../../operations/client/merchant.ts";
import { ApiClient, RETRYING } from "../../../operations/client/api-client.ts";
import { good } from "../../../operations/client/shop.ts";
import { type Cluster, startCluster } from "../../../runtime/cluster/cluster.ts";
import { type RunningNode } from "../../../runtime/cluster/running-node.ts";
import { WITHOUT_LIMITS } from "../../../runtime/cluster/without-limits.ts";
import { freePort } from "../../../runtime/servers/servers.ts";
import { DOMAINS } from "../../../services/registry.ts";
import { register, type Shopper } from "../../cluster/support/checkout.ts";
import { type Nginx, startNginx } from "./nginx.ts";

/** Says to nginx here, as a CDN would, from which address a request has come. */
export const CLIENT_HEADER = "x-client-address";
const SHOPPERS = 4;
const UNITS = 10_000;

export interface Company {
  readonly cluster: Cluster;
  readonly nginx: Nginx;
  /** Where nginx listens without TLS. */
  readonly base: string;
  /** Where the gateways listen themselves. */
  readonly gateways: readonly string[];
  readonly article: Article;
  readonly people: readonly Shopper[];
  readonly adminToken: string;
  gateway(name: string): RunningNode;
  leave(): Promise<void>;
}

export async function company(): Promise<Company> {
  const ports = [await freePort(), await freePort()];
  const cluster = await startCluster({
    plans: [
      ...ports.map((port, i) => ({
        name: `gateway-${i + 1}`,
        services: ["gateway"],
        environment: { PORT: String(port), TRUSTED_PROXIES: "1" },
      })),
      { name: "rest", services: [...DOMAINS] },
    ],
    say: () => undefined,
    withRedis: false,
    environment: {
      ...WITHOUT_LIMITS,
      LOG_LEVEL: "warn",
      PUBLIC_URL: "https://shop.example",
    },
  });
  try {
    const gateways = ports.map((port) => `127.0.0.1:${port}`);
    // A whole crowd comes from one address here.
    const settings = { NGINX_RATE: "10000r/s", NGINX_BURST: "10000" };
    const besides = `set_real_ip_from 127.0.0.1; real_ip_header ${CLIENT_HEADER};`;
    const nginx = await startNginx({ gateways, settings, besides });
    const base = `http://127.0.0.1:${nginx.ports.plain}`;
    return {
      ...(await openShop(cluster, base)),
      cluster,
      nginx,
      base,
      gateways,
      gateway: (name) => {
        const found = cluster.nodes.get(name);
        if (!found) throw new Error(`There is no node ${name}.`);
        return found;
      },
      leave: async () => {
        await nginx.stop();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function openShop(cluster: Cluster, base: string) {
  const [{ email, password } = {}] = await cluster.seed();
  const client = new ApiClient([base], RETRYING);
  const login = { body: { email, password } };
  const signedIn = await client.ask<{ token: string }>("POST", "/auth/login", login);
  const adminToken = good(signedIn).body.token;
  const merchant = new Merchant(client, adminToken);
  await merchant.openWarehouse("NGINX");
  const article = await merchant.sell("BEHIND-NGINX", { priceMinor: 1_000, units: UNITS });
  const people = await Promise.all(Array.from({ length: SHOPPERS }, () => register(client)));
  client.close();
  return { adminToken, article, people };
}
