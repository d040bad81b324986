/** A guarded bus, bare lines to it and nodes of ours on it: one for each file of tests. */
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { connect, type NatsConnection, nkeyAuthenticator } from "nats";
import { brokerOptions } from "../../../moleculer.config.ts";
import { guardedNats, type GuardedNats } from "../../support/guarded-nats.ts";

export const NAMESPACE = "bus";
export const PREFIX = `MOL-${NAMESPACE}`;
export let nats: GuardedNats;
const leaving: (() => unknown)[] = [];

export async function openBus(): Promise<void> {
  nats = await guardedNats(NAMESPACE, { groups: [["orders", "inventory"]] });
}
export async function closeBus(): Promise<void> {
  for (const leave of leaving.splice(0).toReversed()) await leave();
  lines.clear();
  await nats.stop();
}

export interface Line {
  readonly client: NatsConnection;
  /** What the server has refused it. */
  readonly refused: string[];
  say(subject: string, payload: object): void;
}
export const encoder = new TextEncoder();
export const signed = (seed: string) => nkeyAuthenticator(encoder.encode(seed));

/** Since each signs what the server asks, lines are kept. */
const lines = new Map<string, Promise<Line>>();
/** A bare line to the server: what somebody with the member's key has who does not use our code. */
export async function line(member: string): Promise<Line> {
  const retained = lines.get(member) ?? open(member);
  lines.set(member, retained);
  const { refused } = await retained;
  refused.length = 0;
  return retained;
}
async function open(member: string): Promise<Line> {
  const authenticator = signed(nats.seed(member));
  const client = await connect({ servers: nats.url, authenticator, reconnect: false });
  leaving.push(() => client.close());
  const refused: string[] = [];
  void (async () => {
    for await (const { permissionContext: it } of client.status())
      if (it) refused.push(`${it.operation} ${it.subject}`);
  })();
  const say = (subject: string, payload: object) =>
    client.publish(`${PREFIX}.${subject}`, JSON.stringify({ ver: "5", ...payload }));
  return { client, refused, say };
}

/** A node of ours, with stand-ins for what its services do. */
export async function node(nodeID: string, ...services: ServiceSchema[]): Promise<ServiceBroker> {
  const broker = new ServiceBroker(
    brokerOptions({
      nodeID,
      namespace: NAMESPACE,
      transporter: nats.bus(),
      registry: { stopDelay: 0 },
      transit: { serviceChangedDebounceTime: 0 } as object,
      requestTimeout: 2_000,
      skipProcessEventRegistration: true,
    }),
  );
  for (const service of services) broker.createService(service);
  await broker.start();
  leaving.push(() => broker.stop());
  return broker;
}
export const service = (name: string, ...actions: string[]): ServiceSchema => ({
  name,
  actions: Object.fromEntries(actions.map((it) => [it, { handler: () => `${name}.${it}` }])),
});
/** What the server has made of all that was said so far. */
export const flushed = async ({ client }: Line) => {
  await client.flush();
  await client.flush();
};
