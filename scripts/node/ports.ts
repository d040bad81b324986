/** The ports of a node: its door, and where its figures are. */
import { createServer } from "node:net";
import { config } from "../../config.ts";

const FAR = 200;

/**
 * So many free ports from METRICS_PORT on; only just that one, if somebody asked for it. None (0) when
 * figures are switched off. @throws Error EADDRINUSE
 */
export const metricsPorts = (count: number): Promise<number[]> => freePorts(config.metrics, count);

/** The same from MONITORING_PORT on, where the cluster's figures are. @throws Error EADDRINUSE */
export async function monitoringPort(): Promise<number> {
  const [port = 0] = await freePorts(config.monitoring, 1);
  return port;
}

async function freePorts(
  { port, anyPort }: { port: number; anyPort: boolean },
  count: number,
): Promise<number[]> {
  if (port === 0) return Array.from({ length: count }, () => 0);
  const last = anyPort ? port + FAR : port + count - 1;
  const found: number[] = [];
  for (let tried = port; tried <= last && found.length < count; tried += 1)
    if (await isFree(tried, config.metrics.host)) found.push(tried);
  if (found.length === count) return found;
  throw Object.assign(new Error("No port is free for figures."), { code: "EADDRINUSE", port });
}

/**
 * The gateway itself would end the process at once, and leave its Postgres behind.
 * @throws Error EADDRINUSE when PORT is taken
 */
export async function demandDoor(): Promise<void> {
  const { port, host } = config.http;
  if (port === 0 || (await isFree(port, host))) return;
  throw Object.assign(new Error("The door's port is taken."), { code: "EADDRINUSE", port });
}

/** As `demandDoor`: Prometheus looks for the cluster's figures at one place. @throws Error EADDRINUSE */
export async function demandMonitoring(): Promise<void> {
  const { port } = config.monitoring;
  if (port === 0 || (await isFree(port, config.metrics.host))) return;
  throw Object.assign(new Error("The port of the cluster's figures is taken."), {
    code: "EADDRINUSE",
    port,
  });
}

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
      .once("error", () => resolve(false))
      .listen(port, host, () => probe.close(() => resolve(true)));
  });
