/** Servers of the bus, as the manifests have them but for their addresses: here they stand on one machine. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { freePort } from "../../../runtime/postgres/launch.ts";
import { findProgram } from "../../../runtime/servers/programs.ts";
import { eventually } from "../../support/stage.ts";
import type { System } from "./system.ts";
import { prepare } from "./kubelet.ts";
import { type Running, started } from "./processes.ts";

export interface BusServer extends Running {
  /** Its port for nodes. */
  readonly client: number;
  /** Its port for the kubelet. */
  readonly health: number;
  readonly at: (text: string) => string;
}
interface Ports {
  readonly client: number;
  readonly route: number;
  readonly health: number;
}

/** So many of the three, up to where the kubelet would call them well. */
export async function startBus(system: System, count: number): Promise<BusServer[]> {
  const ports = await Promise.all(Array.from({ length: count }, threePorts));
  const servers = await Promise.all(ports.map((_, i) => startServer(system, i, ports)));
  await eventually(async () => {
    for (const { ended, said: output, health } of servers) {
      if (ended()) throw new Error(output());
      await figures(health, "healthz");
    }
  });
  return servers;
}

export const figures = async (port: number, what: string): Promise<unknown> =>
  (await fetch(`http://127.0.0.1:${port}/${what}`)).json();

async function threePorts(): Promise<Ports> {
  const [client, route, health] = await Promise.all([freePort(), freePort(), freePort()]);
  return { client, route, health };
}

async function startServer(system: System, i: number, ports: readonly Ports[]): Promise<BusServer> {
  const mine = ports[i] ?? (await threePorts());
  const root = path.join(system.folder, `nats-${i}`);
  const workload = system.workload("nats");
  const { env, at } = prepare(workload, system.all, { root, pod: `nats-${i}` });
  const file = at("/etc/nats/nats.conf");
  const text = (await readFile(file, "utf8"))
    .replace('"0.0.0.0:4222"', `"127.0.0.1:${mine.client}"`)
    .replace('"0.0.0.0:6222"', `"127.0.0.1:${mine.route}"`)
    .replace('"0.0.0.0:8222"', `"127.0.0.1:${mine.health}"`)
    .replaceAll(/nats-(\d)\.nats-servers:6222/g, (_, n: string) => {
      const route = ports[Number(n)]?.route ?? mine.route;
      return `localhost:${route}`;
    });
  await writeFile(file, text);
  const [program = "", ...words] = workload.containers[0]?.command ?? [];
  const running = await started(await findProgram(program), words.map(at), {
    env: { ...process.env, ...env },
  });
  return { ...running, client: mine.client, health: mine.health, at };
}
