/** A company of many processes on one bus, each of which may be killed or stopped at any point. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { connect } from "nats";
import { ApiClient } from "../../../operations/client/api-client.ts";
import { runningNode } from "../../../runtime/cluster/running-node.ts";
import { WITHOUT_LIMITS } from "../../../runtime/cluster/without-limits.ts";
import { freePort, startNats } from "../../../runtime/servers/servers.ts";
import { temporaryFolder } from "../../../runtime/servers/temporary-folder.ts";
import { memberOf, nodeIdOf } from "../../../lib/nats/subjects.ts";
import { DOMAINS } from "../../../services/registry.ts";
import { giveDatabase } from "../../support/test-databases.ts";
import { Armoury } from "../../support/armoury.ts";
import { Supervisor } from "./supervisor.ts";

export const ADMIN = { email: "admin@faults.example", password: "a long one for the tests 4711" };
const NAMESPACE = "faults";
/** Longer than many deaths in a row. */
const PATIENCE_MS = 120_000;

/** Nodes that run the same services, and so pass the same points. */
export interface Group {
  readonly name: string;
  readonly services: readonly string[];
  readonly nodes: number;
}
export interface Company {
  readonly client: ApiClient;
  readonly urlOf: (service: string) => string;
  readonly nodes: Supervisor;
  readonly armouries: ReadonlyMap<string, Armoury>;
  leave(): Promise<void>;
}

/** `furnish` is done while it still is one process; then it is split up. */
export async function company(
  groups: readonly Group[],
  furnish: (client: ApiClient) => Promise<void>,
): Promise<Company> {
  const dataDir = temporaryFolder("faults");
  const urls = new Map<string, string>();
  for (const service of DOMAINS) urls.set(service, await giveDatabase(service));
  const port = await freePort();
  const client = new ApiClient([`http://127.0.0.1:${port}`], { withinMs: PATIENCE_MS });
  const environment = environmentOf(dataDir, urls, port);
  const whole = runningNode({ name: "whole", services: [] }, { environment });
  await whole.start();
  await furnish(client);
  await whole.end("SIGKILL");

  const nats = await startNats();
  const bus = await connect({ servers: nats.url });
  const nodes = new Supervisor(bus, NAMESPACE);
  const armouries = new Map<string, Armoury>();
  for (const { name: group, services, nodes: count } of groups) {
    const armoury = new Armoury(path.join(dataDir, "faults", group));
    armouries.set(group, armoury);
    const published = () => ({ ...environment, ...armoury.environment, NATS_URL: nats.url });
    for (let n = 1; n <= count; n += 1)
      nodes.watch({
        name: nodeIdOf(memberOf(services), `${group}-${n}`),
        services,
        environment: published,
      });
  }
  await nodes.whole();
  const leave = async () => {
    client.close();
    await nodes.leave();
    await bus.close();
    await nats.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { client, urlOf: (service) => urls.get(service) ?? "", nodes, armouries, leave };
}

const environmentOf = (dataDir: string, urls: ReadonlyMap<string, string>, port: number) => ({
  ...Object.fromEntries([...urls].map(([it, url]) => [`${it.toUpperCase()}_DATABASE_URL`, url])),
  DATA_DIR: dataDir,
  NAMESPACE,
  PORT: String(port),
  DEMO: "0",
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  NODE_ENV: "test",
  ...WITHOUT_LIMITS,
  LOG_LEVEL: "warn",
  // Each new connection costs Postgres more than the few statements of a short life.
  DATABASE_POOL: "4",
});
