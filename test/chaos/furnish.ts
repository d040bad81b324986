/** A cluster with a shop in it: shelves, coupons, people. */
import { Merchant } from "../../operations/client/merchant.ts";
import type { Article } from "../../operations/client/merchant.ts";
import type { ApiClient } from "../../operations/client/api-client.ts";
import { type Cluster, startCluster } from "../../runtime/cluster/cluster.ts";
import { concurrently, times } from "../../operations/proof/concurrently.ts";
import { type NodePlan } from "../../runtime/cluster/running-node.ts";
import { WITHOUT_LIMITS } from "../../runtime/cluster/without-limits.ts";
import { type Person, register, type Shop, signIn } from "./shoppers.ts";

/** So many have an account: more than shop at once, as some leave orders open. */
const PEOPLE = 160;
const AT_THE_DOOR = 16;
const PLENTY = { articles: 10, units: 2_000 };
export const SCARCE = { articles: 10, units: 70 };
export const STOCKED = PLENTY.articles * PLENTY.units + SCARCE.articles * SCARCE.units;
const COUPONS = ["CHAOS5", "CHAOS20"];
/** Short, so that what nobody pays is over when the run is. */
const PAY_DEADLINE_MS = 20_000;

const KEPT_LINES = 30;

/**
 * `hear` is told every line that a node logs: errors and worse. `fallen` gets the names of nodes that
 * ended though nobody killed them; they are started again.
 */
export const clusterOf = (
  plans: readonly NodePlan[],
  {
    say,
    hear,
    fallen,
  }: { say: (line: string) => void; hear: (line: string) => void; fallen: string[] },
) => {
  const last = new Map<string, string[]>();
  return startCluster({
    plans,
    say: () => undefined,
    withRedis: true,
    revive: true,
    environment: {
      ...WITHOUT_LIMITS,
      PASSWORD_COST: "4",
      METRICS_PORT: "0",
      LOG_LEVEL: "error",
      PAY_DEADLINE_MS: String(PAY_DEADLINE_MS),
    },
    onLine: (node, line) => {
      last.set(node, [...(last.get(node) ?? []), line].slice(-KEPT_LINES));
      if (line.startsWith("{")) hear(line);
    },
    onLost: (node, code) => {
      fallen.push(node);
      say(`${node} ended by itself with ${code}: nobody has killed it.`);
      for (const line of last.get(node) ?? []) say(`    ${line.slice(0, 1_000)}`);
    },
  });
};

export interface Furnished {
  readonly shop: Shop;
  readonly scarce: readonly Article[];
  readonly people: readonly Person[];
}

export async function furnish(cluster: Cluster, client: ApiClient): Promise<Furnished> {
  const [seeded] = await cluster.seed();
  const { email = "", password = "" } = seeded ?? {};
  const admin: Person = { email, password, id: "", token: "" };
  await signIn(client, admin);
  const merchant = new Merchant(client, admin.token);
  await merchant.openWarehouse("CHAOS");
  const shelf = (name: string, { articles, units }: typeof PLENTY) =>
    concurrently(times(articles), articles, (n) =>
      merchant.sell(`${name}-${n}`, { priceMinor: 500 + 130 * n, units }),
    );
  const plenty = await shelf("PLENTY", PLENTY);
  const scarce = await shelf("SCARCE", SCARCE);
  for (const [n, code] of COUPONS.entries())
    await merchant.offer(code, { kind: "percent", percentBasisPoints: 500 * (n + 1) });
  const people = await concurrently(times(PEOPLE), AT_THE_DOOR, () => register(client));
  const shop = { client, articles: [...plenty, ...scarce], coupons: COUPONS, admin };
  return { shop, scarce, people };
}
