/** What a node shows of itself, whatever its databases do. */
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { NodeAgent } from "../../lib/node-agent.ts";

/** A service whose database takes every question and answers none, as one that was stopped does. */
const frozen = (name: string): ServiceSchema => ({
  name,
  created(this: object) {
    const never = () => new Promise<never>(() => undefined);
    const sql = { row: never, rows: never, run: never };
    Object.assign(this, {
      db: { sql, sequelize: { connectionManager: {} } },
    });
  },
  invariants: [{ id: "I01", rule: "", violations: "select 1", watched: { as: "broken" } }],
});

test("a database that hangs holds up neither the figures of its node nor the next look at them", async () => {
  const broker = new ServiceBroker({ logger: false, metrics: { enabled: true } });
  broker.createService(frozen("orders"));
  await broker.start();
  const agent = new NodeAgent(broker, ["orders"]);
  await agent.refresh();
  await agent.refresh();
  const up = broker.metrics.getMetric("comptoir.database.up")?.get({ service: "orders" });
  expect(up?.value).toBe(0);
  agent.leave();
  await broker.stop();
}, 60_000);
