/** The same company as processes of its own, over a real nats-server. */
import { freePort } from "../../runtime/postgres/launch.ts";
import { DOMAINS } from "../../services/registry.ts";
import { startCluster, USUAL_PLANS } from "../../runtime/cluster/cluster.ts";
import type { NodePlan, RunningNode } from "../../runtime/cluster/running-node.ts";
import { serviceUrl } from "../../runtime/node/databases.ts";
import { clientsOf, ENVIRONMENT, type Subject } from "./subject.ts";

export interface Nodes extends Subject {
  readonly nodes: readonly RunningNode[];
  /** The gateways' ports. */
  readonly ports: readonly number[];
}

/** Starts each of `groups` as one process; by default each service is one. */
export async function startNodes(
  groups: readonly (readonly string[])[] = [...DOMAINS, "gateway"].map((name) => [name]),
): Promise<Nodes> {
  const port = await freePort();
  const environment = { PORT: String(port) };
  const plans = groups.map((services) => ({ name: services.join("-"), services, environment }));
  return start(plans, [port]);
}

/**
 * Starts as `npm run cluster` does: two nodes of some services, and crashed nodes are restarted.
 */
export async function startUsual(): Promise<Nodes> {
  const ports = [await freePort(), await freePort()] as const;
  return start(USUAL_PLANS(ports), ports, { revive: true });
}

async function start(
  plans: readonly NodePlan[],
  ports: readonly number[],
  { revive = false } = {},
): Promise<Nodes> {
  const cluster = await startCluster({
    plans,
    say: () => undefined,
    environment: ENVIRONMENT,
    withRedis: false,
    revive,
  });
  try {
    await cluster.seed();
    const [port = 0] = ports;
    const clients = await clientsOf(port);
    await clients.merchant.openWarehouse("BENCH");
    const nodes = [...cluster.nodes.values()];
    return {
      port,
      ports,
      nodes,
      roots: () => [
        ...nodes.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
        cluster.postgres.pid,
        cluster.nats.pid,
      ],
      urlOf: (service) => serviceUrl(cluster.postgres, service),
      ...clients,
      end: () => cluster.stop(),
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
