/** The same company with each service as a process of its own, over a real nats-server. */
import { freePort } from "../../lib/postgres/launch.ts";
import { DOMAINS } from "../../services/contracts.ts";
import { startCluster } from "../../scripts/cluster/cluster.ts";
import { serviceUrl } from "../../scripts/node/databases.ts";
import { clientsOf, ENVIRONMENT, type Subject } from "./subject.ts";

export async function startNodes(): Promise<Subject> {
  const port = await freePort();
  const plans = [...DOMAINS, "gateway"].map((name) => ({ name, services: [name] }));
  const cluster = await startCluster({
    plans,
    say: () => undefined,
    environment: { ...ENVIRONMENT, PORT: String(port), METRICS_PORT: "0" },
    withRedis: false,
  });
  try {
    await cluster.seed();
    const clients = await clientsOf(port);
    await clients.merchant.openWarehouse("BENCH");
    return {
      port,
      roots: () => [
        ...[...cluster.nodes.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
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
