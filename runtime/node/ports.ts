/** The ports of a node: HTTP and metrics. */
import { createServer } from "node:net";
import { config } from "../../config.ts";

const FAR = 200;

/**
 * Returns `count` free ports from METRICS_PORT on; if an operator set it, only that one. None (0)
 * when metrics are switched off.
 * @throws Error EADDRINUSE
 */
export const metricsPorts = (count: number): Promise<number[]> =>
  freePorts("METRICS_PORT", config.metrics, count);

/** The same from MONITORING_PORT on, where the cluster's figures are. @throws Error EADDRINUSE */
export async function monitoringPort(): Promise<number> {
  const [port = 0] = await freePorts("MONITORING_PORT", config.monitoring, 1);
  return port;
}

async function freePorts(
  setting: string,
  { port, anyPort }: { port: number; anyPort: boolean },
  count: number,
): Promise<number[]> {
  if (port === 0) return Array.from({ length: count }, () => 0);
  const last = anyPort ? port + FAR : port + count - 1;
  const found: number[] = [];
  for (let tried = port; tried <= last && found.length < count; tried += 1)
    if (await isFree(tried, config.metrics.host)) found.push(tried);
  if (found.length === count) return found;
  throw inUse(setting, port);
}

/**
 * The gateway itself would end the process at once, and leave its Postgres behind.
 * @throws Error EADDRINUSE when PORT is taken
 */
export const assertHttpPort = (): Promise<void> =>
  assertFree("PORT", config.http.port, config.http.host);

/**
 * Does the same as `assertHttpPort`: Prometheus expects the cluster's metrics at one port.
 * @throws Error EADDRINUSE
 */
export const assertMonitoringPort = (): Promise<void> =>
  assertFree("MONITORING_PORT", config.monitoring.port, config.metrics.host);

async function assertFree(setting: string, port: number, host: string): Promise<void> {
  if (port === 0 || (await isFree(port, host))) return;
  throw inUse(setting, port);
}

const inUse = (setting: string, port: number) =>
  Object.assign(
    new Error(`Port ${port} is in use. Set ${setting} to another one, or stop what uses it.`),
    { code: "EADDRINUSE" },
  );

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
      .once("error", () => resolve(false))
      .listen(port, host, () => probe.close(() => resolve(true)));
  });
