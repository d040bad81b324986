/**
 * The whole company behind its real HTTP door: in one broker, as `npm start` runs it, or each service
 * on a node of its own over a real nats-server that lets each do only what it must. Databases are
 * new, limits are off.
 */
import { randomUUID } from "node:crypto";
import { globSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import path from "node:path";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { call as callByContract } from "../../lib/bus.ts";
import type { Action, Audience } from "../../lib/contract.ts";
import type { Db } from "../../lib/database.ts";
import type { Fields, Of } from "../../lib/shape.ts";
import type { DatabaseService } from "../../mixins/database.mixin.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { ApiClient } from "../../operations/client/api-client.ts";
import { DOMAINS } from "../../services/manifests.ts";
import { guardedNats } from "./guarded-nats.ts";
import { dropDatabases, giveDatabase } from "./test-databases.ts";

export const MODES = ["in one process", "over NATS"] as const;
export type Mode = (typeof MODES)[number];
export type Company = Awaited<ReturnType<typeof company>>;

const FOLDER = path.resolve(import.meta.dirname, "../../services");
/** Nodes of one machine need not wait for a network. */
const HASTE = {
  registry: { stopDelay: 0, strategy: "RoundRobin", preferLocal: true },
  transit: { serviceChangedDebounceTime: 0 } as object,
  skipProcessEventRegistration: true,
};

export async function company(mode: Mode = "in one process") {
  const namespace = `journey-${randomUUID()}`;
  const nats = mode === "over NATS" ? await guardedNats(namespace) : undefined;
  const schemas = await Promise.all(serviceNames().map(load));
  const domains = [...DOMAINS];
  await Promise.all(domains.map(giveDatabase));

  const brokerFor = (nodeID: string) => {
    const transporter = nats?.bus() ?? null;
    return new ServiceBroker(brokerOptions({ ...HASTE, namespace, nodeID, transporter }));
  };
  const one = nats ? undefined : brokerFor("company");
  const nodes = new Map(schemas.map(({ name }) => [name, one ?? brokerFor(name)]));
  for (const schema of schemas) nodes.get(schema.name)?.createService(schema);
  // Services may ask only for what they need; an operator's console for everything.
  const operator = one ?? brokerFor("operator");
  const brokers = [...new Set([...nodes.values(), operator])];
  await Promise.all(brokers.map((broker) => broker.start()));
  await Promise.all(
    brokers.map((broker) => broker.waitForServices([...domains, "monitoring"], 15_000, 20)),
  );

  const door = nodeOf(nodes, "gateway");
  const { server } = door.getLocalService("gateway") as unknown as { server: Server };
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = new ApiClient(base, { connections: 60 });

  const leave = async () => {
    http.close();
    await Promise.all(brokers.map((broker) => broker.stop()));
    const refused = await nats?.refused();
    await nats?.stop();
    await dropDatabases();
    if (refused?.length) throw new Error(`The bus has refused:\n${refused.join("\n")}`);
  };
  return {
    base,
    http,
    domains,
    node: (name: string) => nodeOf(nodes, name),
    /** Returns a service's database, for assertions on its rows. */
    db: (name: string): Db =>
      (nodeOf(nodes, name).getLocalService(name) as unknown as DatabaseService).db,
    /** Asks as an operator does: also for what has no road from outside. */
    call: <P extends Fields, R, A extends Audience>(
      contract: Action<P, R, A>,
      params: NoInfer<Of<P>>,
    ): Promise<R> => callByContract(operator, contract, params, { timeout: 30_000 }),
    leave,
    [Symbol.asyncDispose]: leave,
  };
}

const serviceNames = (): string[] =>
  globSync(`${FOLDER}/*/*.service.ts`)
    .map((file) => path.basename(file, ".service.ts"))
    .sort();

const load = async (name: string): Promise<ServiceSchema> =>
  ((await import(`${FOLDER}/${name}/${name}.service.ts`)) as { default: ServiceSchema }).default;

function nodeOf(nodes: ReadonlyMap<string, ServiceBroker>, name: string): ServiceBroker {
  const node = nodes.get(name);
  if (!node) throw new Error(`There is no service ${name} in this company.`);
  return node;
}
