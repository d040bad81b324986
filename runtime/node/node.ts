/** One node: its broker with the services it runs, and the embedded Postgres if it has one. */
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { config, databaseUrl } from "../../config.ts";
import { DRAINING } from "../../lib/bus.ts";
import { LocalBus, localBusAddress } from "../../lib/local-bus.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { DOMAINS, MANIFESTS } from "../../services/manifests.ts";
import { startDatabases } from "./databases.ts";
import { assertHttpPort, assertMonitoringPort, metricsPorts } from "./ports.ts";

const LEFT_WITHIN_MS = 9_000;

export interface Node {
  readonly broker: ServiceBroker;
  readonly services: readonly string[];
  /** True if this process runs all services. */
  readonly runsAll: boolean;
  readonly embedded: boolean;
  /** The port of its metrics; 0 for none. */
  readonly metricsPort: number;
  stop(): Promise<void>;
}

export async function startNode({ say }: { say: (line: string) => void }): Promise<Node> {
  // The gateway is last: it opens when the rest is there.
  const all = MANIFESTS.map(({ name }) => name);
  const services = config.services.length > 0 ? assertedModules(config.services, all) : all;
  const embedded = needsEmbedded(services);
  // Before anything runs that would have to be stopped again.
  const metricsPort = await portsFor(services);
  const postgres = embedded ? await startDatabases(DOMAINS, say) : undefined;
  const transporter = config.bus.url
    ? {}
    : { transporter: new LocalBus({ address: localBusAddress(config.dataDir), host: true }) };
  const broker = new ServiceBroker(
    brokerOptions({ ...transporter, skipProcessEventRegistration: true }, { metricsPort }),
  );
  try {
    for (const schema of await Promise.all(services.map(load))) broker.createService(schema);
    await broker.start();
  } catch (error) {
    await broker.stop().catch(() => undefined);
    await postgres?.stop();
    throw sentenceOf(error);
  }
  return {
    broker,
    services,
    runsAll: config.services.length === 0,
    embedded,
    metricsPort,
    stop: async () => {
      await leave(broker);
      await postgres?.stop();
    },
  };
}

/** Stops within 9 s, because supervisors kill a node after 10 s. */
async function leave(broker: ServiceBroker): Promise<void> {
  const left = (async () => {
    await broker.broadcastLocal(DRAINING);
    await broker.stop();
    return true;
  })();
  if (await Promise.race([left, sleep(LEFT_WITHIN_MS, false, { ref: false })])) return;
  broker.logger.warn("Not everything could be finished; it will be when the next node starts.");
}

const serviceFile = (name: string) => path.resolve(`services/${name}/${name}.service.ts`);

const hasDatabase = (name: string) => DOMAINS.includes(name);

function assertedModules(names: readonly string[], all: readonly string[]): string[] {
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length === 0) return [...names];
  throw new Error(`SERVICES names ${unknown.join(", ")}; there are ${all.join(", ")}.`);
}

function needsEmbedded(services: readonly string[]): boolean {
  const withDatabase = services.filter(hasDatabase);
  if (config.database.url !== undefined || withDatabase.length === 0) return false;
  try {
    for (const name of withDatabase) databaseUrl(name);
    return false;
  } catch {
    if (config.bus.url === undefined) return true;
    throw new Error(
      "A node of a cluster needs DATABASE_URL, with {service} in it: postgres://user:password@host/{service}",
    );
  }
}

async function load(name: string): Promise<ServiceSchema> {
  const module = (await import(serviceFile(name))) as { default: ServiceSchema };
  return module.default;
}

/** Answers the port for the figures. @throws Error EADDRINUSE */
async function portsFor(services: readonly string[]): Promise<number> {
  if (services.includes("gateway")) await assertHttpPort();
  if (services.includes("monitoring") && config.bus.url !== undefined) await assertMonitoringPort();
  const [metricsPort = 0] = await metricsPorts(1);
  return metricsPort;
}

function sentenceOf(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") return error;
  const { port } = error as { port?: number };
  return new Error(
    `Port ${port} is in use. Set PORT or METRICS_PORT to another one, or stop what uses it.`,
  );
}
