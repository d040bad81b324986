/** A whole cluster on one machine: Postgres, NATS, Redis where it is, and nodes as processes. */
import path from "node:path";
import { ServiceBroker } from "moleculer";
import { config } from "../../config.ts";
import type { EmbeddedPostgres } from "../postgres/embedded.ts";
import { natsBus } from "../../lib/nats/configured.ts";
import { nodeIdOf, OPERATOR } from "../../lib/nats/subjects.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { writeUsers } from "../../operations/nats/deploy.ts";
import { DOMAINS, MANIFESTS } from "../../services/manifests.ts";
import { seed } from "../../operations/demo/seed.ts";
import type { Password } from "../node/banner.ts";
import { ownerUrl, serviceUrl, startDatabases } from "../node/databases.ts";
import { metricsPorts, monitoringPort } from "../node/ports.ts";
import { programAt } from "../servers/programs.ts";
import { type Server, startNats, startRedis } from "../servers/servers.ts";
import { type NodePlan, type RunningNode, runningNode } from "./running-node.ts";

export interface Cluster {
  readonly postgres: EmbeddedPostgres;
  readonly nats: Server;
  readonly redis: Server | undefined;
  readonly nodes: ReadonlyMap<string, RunningNode>;
  /** A broker in this process that is on the same bus, as an operator's; stopped with the cluster. */
  join(name: string): Promise<ServiceBroker>;
  seed(): Promise<Password[]>;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly plans: readonly NodePlan[];
  readonly say: (line: string) => void;
  readonly environment?: Readonly<Record<string, string>>;
  readonly onLine?: (node: string, line: string) => void;
  readonly onLost?: (node: string, code: number | null, reason: readonly string[]) => void;
  readonly withRedis?: boolean;
  /** True if nodes that end unexpectedly are restarted. */
  readonly revive?: boolean;
}

/** Plans as many nodes of each service as its manifest says; the gateways at `ports`. */
export const USUAL_PLANS = (ports: readonly [number, number]): NodePlan[] => [
  ...ports.map((port, i) => ({
    name: `gateway-${i + 1}`,
    services: ["gateway"],
    environment: { PORT: String(port) },
  })),
  ...MANIFESTS.filter(({ name }) => name !== "gateway").flatMap(({ name, nodes = 1 }) =>
    Array.from({ length: nodes }, (_, i) => ({ name: `${name}-${i + 1}`, services: [name] })),
  ),
];

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { say, withRedis = (await programAt("redis-server")) !== undefined } = options;
  const [postgres, nats, redis] = await Promise.all([
    startDatabases(DOMAINS, say),
    startGuardedNats(options.plans),
    withRedis ? startRedis() : undefined,
  ]);
  const databases = DOMAINS.flatMap((name) => [
    [`${name.toUpperCase()}_DATABASE_URL`, serviceUrl(postgres, name)],
    [`${name.toUpperCase()}_OWNER_DATABASE_URL`, ownerUrl(postgres, name)],
  ]);
  const environment: Record<string, string> = {
    ...(Object.fromEntries(databases) as Record<string, string>),
    DATA_DIR: config.dataDir,
    MONITORING_PORT: String(await monitoringPort()),
    JWT_SECRET: config.jwt.secrets.join(","),
    NATS_URL: nats.url,
    ...(redis && { REDIS_URL: redis.url }),
    ...options.environment,
  };
  // Given out here: nodes that look for themselves at the same moment would find the same one.
  const ports = await metricsPorts(options.plans.length);
  const nodes = new Map(
    options.plans.map((plan, i) => [
      plan.name,
      nodeOf(plan, { ...environment, METRICS_PORT: String(ports[i] ?? 0) }, options),
    ]),
  );
  const brokers: ServiceBroker[] = [];
  const join = async (name: string) => {
    const nodeID = nodeIdOf(OPERATOR, name);
    const transporter = natsBus(nats.url);
    const broker = new ServiceBroker(
      brokerOptions({ nodeID, transporter, cacher: false, logger: false }),
    );
    brokers.push(broker);
    await broker.start();
    await broker.waitForServices([...DOMAINS], 60_000);
    return broker;
  };
  const stop = async () => {
    await Promise.all(brokers.map((broker) => broker.stop()));
    await Promise.all([...nodes.values()].map((node) => node.end()));
    await Promise.all([nats.stop(), redis?.stop()]);
    await postgres.stop();
  };
  try {
    await Promise.all([...nodes.values()].map((node) => node.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    postgres,
    nats,
    redis,
    nodes,
    join,
    seed: async () =>
      seed(await join("seed"), { marker: path.join(config.dataDir, "seeded"), say }),
    stop,
  };
}

/** Starts a server that admits only this cluster's members; their keys are in the data folder. */
async function startGuardedNats(plans: readonly NodePlan[]): Promise<Server> {
  const groups = plans.flatMap(({ services }) => (services.length > 1 ? [services] : []));
  await writeUsers(config.bus.keys, { namespace: config.bus.namespace, groups });
  return startNats({ config: path.join(config.bus.keys, "users.conf") });
}

const nodeOf = (
  plan: NodePlan,
  environment: Readonly<Record<string, string>>,
  { onLine, onLost, revive = false }: ClusterOptions,
): RunningNode =>
  runningNode(plan, {
    environment,
    revive,
    ...(onLine && { onLine: (line: string) => onLine(plan.name, line) }),
    ...(onLost && { onLost: (code, reason) => onLost(plan.name, code, reason) }),
  });
