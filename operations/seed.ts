/** `npm run seed`: loads the demo company into a running cluster. Doing it twice changes nothing. */
import { ServiceBroker } from "moleculer";
import path from "node:path";
import { config } from "../config.ts";
import { LocalBus, localBusAddress } from "../lib/local-bus.ts";
import { nodeIdOf, OPERATOR } from "../lib/nats/subjects.ts";
import { brokerOptions } from "../moleculer.config.ts";
import { DOMAINS } from "../services/registry.ts";
import { seed } from "./demo/seed.ts";

const broker = new ServiceBroker(
  brokerOptions({
    nodeID: nodeIdOf(OPERATOR, `seed-${process.pid}`),
    ...(config.bus.url
      ? {}
      : { transporter: new LocalBus({ address: localBusAddress(config.dataDir), host: false }) }),
  }),
);
const say = (line: string) => process.stdout.write(`${line}\n`);
await broker.start();
await broker.waitForServices([...DOMAINS], 30_000);
for (const { role, email, password } of await seed(broker, {
  marker: path.join(config.dataDir, "seeded"),
  say,
}))
  say(`${role.padEnd(14)} ${email.padEnd(38)} ${password}`);
await broker.stop();
