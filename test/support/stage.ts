import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Service, ServiceBroker, type ServiceSchema } from "moleculer";
import { v7 } from "uuid";
import { call as callByContract, type Meta } from "../../lib/bus.ts";
import type { Action, Audience, Event, Payload } from "../../lib/contract.ts";
import { type Envelope, read } from "../../lib/feed.ts";
import { principalFor } from "../../lib/principal.ts";
import type { Fields, Of } from "../../lib/shape.ts";
import type { DatabaseService } from "../../mixins/database.mixin.ts";
import { brokerOptions } from "../../moleculer.config.ts";
import { dropDatabases, giveDatabase } from "./test-databases.ts";

export interface TestPerson {
  readonly id: string;
  readonly roles: readonly string[];
  readonly stores: readonly string[];
  readonly sessionId: string;
}
export type Stage = Awaited<ReturnType<typeof stage>>;

/** Nodes of one process need not wait for a network. */
const HASTE = {
  registry: { stopDelay: 0, strategy: "RoundRobin", preferLocal: true },
  transit: { serviceChangedDebounceTime: 0 } as object,
};

/**
 * Puts services on the stage as production does: each on a node of its own, with its own empty
 * database, so that every call crosses a (fake) bus and is serialised. Stand-ins of one service are
 * put together on one node. `feeds` name producers that are not on the stage and tell nothing.
 */
export async function stage(services: ServiceSchema[], { feeds = [] }: { feeds?: string[] } = {}) {
  const namespace = `test-${randomUUID()}`;
  const nodeFor = (nodeID: string) =>
    new ServiceBroker(brokerOptions({ ...HASTE, namespace, nodeID, transporter: "Fake" }));

  const subscriber = nodeFor("audience");
  const schemas = joined([...services, ...feeds.map(silentFeed)]);
  const nodes = new Map<string, ServiceBroker>();
  await Promise.all(databasesOf(schemas).map(giveDatabase));
  for (const schema of schemas) {
    const node = nodeFor(schema.name);
    node.createService(schema);
    nodes.set(schema.name, node);
  }
  await Promise.all([subscriber, ...nodes.values()].map((node) => node.start()));
  await subscriber.waitForServices(
    schemas.map(({ name }) => name),
    15_000,
    20,
  );

  const service = <S extends Service = DatabaseService>(name: string): S =>
    nodes.get(name)?.getLocalService(name) as unknown as S;
  const leave = async () => {
    await Promise.all([subscriber, ...nodes.values()].map((node) => node.stop()));
    await dropDatabases();
  };

  return {
    audience: subscriber,
    node: (name: string) => nodes.get(name) as ServiceBroker,
    service,
    /** The service's database, for looking at rows; tests of the service go through its actions. */
    db: (name: string) => service(name).db,

    call<P extends Fields, R, A extends Audience>(
      contract: Action<P, R, A>,
      params: NoInfer<Of<P>>,
      person?: TestPerson,
      meta: Meta = {},
    ): Promise<R> {
      const principal = person && principalFor(person);
      return callByContract(subscriber, contract, params, {
        meta: { ...meta, ...(principal !== undefined && { principal }) },
        retries: 0,
      });
    },

    /** Reads the events that a service has published, in order. */
    async published<E extends Event>(producer: string, event: E): Promise<Payload<E>[]> {
      await service<DatabaseService & { notify(): Promise<void> }>(producer).notify();
      const all: Envelope[] = [];
      for (let [after, more] = [0, true]; more;) {
        const batch = await read(service(producer).db.sql, { after, limit: 10_000 });
        all.push(...batch.events);
        [after, more] = [batch.head, batch.more];
      }
      return all.filter(({ name }) => name === event.name).map(({ data }) => data as Payload<E>);
    },

    leave,
    [Symbol.asyncDispose]: leave,
  };
}

/**
 * Publishes an event from a test: `stage([…, aFeed("orders")])`, then `publishEvent(play, "orders",
 * OrderProcessed, {…})`.
 */
export async function publishEvent<E extends Event>(
  harness: Pick<Stage, "db">,
  producer: string,
  event: E,
  data: Payload<E>,
): Promise<void> {
  const db = harness.db(producer);
  await db.transaction(async (tx) => db.publish(tx, event, data as never));
}

export const aPerson = (...roles: string[]): TestPerson => ({
  id: v7(),
  roles: roles.length > 0 ? roles : ["user"],
  stores: [],
  sessionId: v7(),
});
export const staffOf = (storeId: string, ...roles: string[]): TestPerson => ({
  ...aPerson(...roles),
  stores: [storeId],
});

/** Waits until `check` no longer throws: for what happens after an event, at its own pace. */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 30_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(15);
    }
  }
}

const databasesOf = (schemas: ServiceSchema[]): string[] =>
  schemas.flatMap(({ mixins = [] }) =>
    mixins.flatMap(({ metadata }) => (metadata?.database as string | undefined) ?? []),
  );

/** The only keys that schemas of one service may share: others of the later ones would be lost. */
const JOINABLE = new Set(["name", "actions", "mixins"]);

/** Stand-ins for several actions of one service, and its feed, are one service, in any order. */
function joined(services: ServiceSchema[]): ServiceSchema[] {
  const byName = Map.groupBy(services, ({ name }) => name);
  return [...byName].map(([name, schemas]) => {
    const [first, ...more] = schemas.toSorted((a, b) => Number(isPart(a)) - Number(isPart(b)));
    if (!first || more.length === 0) return { ...first, name } as ServiceSchema;
    const whole = more.find((one) => !isPart(one));
    if (whole)
      throw new Error(
        `Two schemas of ${name} are on the stage, and both have more than actions and mixins. Join them.`,
      );
    const actions: object = Object.assign({}, first.actions, ...more.map((one) => one.actions));
    const mixins = schemas.flatMap((one) => one.mixins ?? []);
    if (databasesOf([{ name, mixins }]).length > 1)
      throw new Error(`${name} has two databases on the stage. Leave one of its feeds out.`);
    return { ...first, name, actions, mixins } as ServiceSchema;
  });
}
const isPart = (schema: ServiceSchema) => Object.keys(schema).every((key) => JOINABLE.has(key));

const silentFeed = (name: string): ServiceSchema => ({
  name,
  actions: { events: { handler: () => ({ events: [] }) } },
});
