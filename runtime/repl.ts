/**
 * An operator's console: joins the running system, embedded or over NATS, and is an admin there.
 * `nodes`, `services`, `actions`, `call orders.get --orderId …`. Commands may also be piped in.
 */
import { v7 } from "uuid";
import { ServiceBroker } from "moleculer";
import { config } from "../config.ts";
import { LocalBus, localBusAddress } from "../lib/local-bus.ts";
import { nodeIdOf, OPERATOR } from "../lib/nats/subjects.ts";
import { principalFor } from "../lib/principal.ts";
import { brokerOptions } from "../moleculer.config.ts";

const operator = { id: v7(), sessionId: v7(), roles: ["admin"], stores: [] };

const asOperator = {
  name: "AsOperator",
  call:
    (next: (name: string, params: unknown, options: { meta?: object }) => unknown) =>
    (name: string, params: unknown, options: { meta?: object } = {}) =>
      next(name, params, {
        ...options,
        meta: { language: "en", ...options.meta, principal: principalFor(operator) },
      }),
};

const options = brokerOptions({
  nodeID: nodeIdOf(OPERATOR, String(process.pid)),
  metrics: { enabled: false },
  cacher: false,
  ...(config.bus.url
    ? {}
    : { transporter: new LocalBus({ address: localBusAddress(config.dataDir), host: false }) }),
});
const middlewares = [...(options.middlewares ?? []), asOperator] as typeof options.middlewares &
  object;
const broker = new ServiceBroker({ ...options, middlewares, logLevel: "warn" });
try {
  await broker.start();
  await broker.waitForServices(["orders"], 5_000).catch(() => undefined);
  broker.repl();
} catch {
  process.stderr.write(
    "Nothing is running here. Start it with `npm start`, or set NATS_URL to join a cluster.\n",
  );
  process.exit(1);
}
