/** The whole company in one process, as `npm start` starts it. */
import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { config } from "../../config.ts";
import { freePort } from "../../runtime/postgres/launch.ts";
import { type RunningNode, runningNode } from "../../runtime/cluster/running-node.ts";
import { passwordOf } from "../../runtime/node/databases.ts";
import { clientsOf, ENVIRONMENT, type Subject } from "./subject.ts";

/** A node that is not started yet, on a data folder and a port of its own. */
export async function embeddedNode(
  name: string,
  environment: Readonly<Record<string, string>> = ENVIRONMENT,
): Promise<{ node: RunningNode; port: number; dataDir: string }> {
  const [port, metricsPort] = await Promise.all([freePort(), freePort()]);
  const dataDir = path.join(config.dataDir, name);
  const node = runningNode(
    { name, services: [] },
    {
      environment: {
        ...environment,
        DEMO: "1",
        DATA_DIR: dataDir,
        JWT_SECRET: config.jwt.secrets.join(","),
        PORT: String(port),
        METRICS_PORT: String(metricsPort),
      },
    },
  );
  return { node, port, dataDir };
}

export async function startEmbedded(): Promise<Subject> {
  const { node, port, dataDir } = await embeddedNode("embedded");
  await node.start();
  const postgresPort = (await readFile(path.join(dataDir, "postgres", "port"), "utf8")).trim();
  return {
    port,
    roots: () => (node.pid === undefined ? [] : [node.pid]),
    urlOf: (service) =>
      `postgres://${service}:${passwordOf(service)}@127.0.0.1:${postgresPort}/${service}`,
    ...(await clientsOf(port)),
    end: async () => {
      await node.end();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
