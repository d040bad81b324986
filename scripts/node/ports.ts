/** The ports of a node: its door, and where its figures are. */
import { createServer } from "node:net";
import { config } from "../../config.ts";

const FAR = 200;

/**
 * So many free ports from METRICS_PORT on; only just that one, if somebody asked for it. None (0) when
 * figures are switched off. @throws Error EADDRINUSE
 */
export async function metricsPorts(count: number): Promise<number[]> {
  const { port, host, anyPort } = config.metrics;
  if (port === 0) return Array.from({ length: count }, () => 0);
  const last = anyPort ? port + FAR : port + count - 1;
  const found: number[] = [];
  for (let tried = port; tried <= last && found.length < count; tried += 1)
    if (await isFree(tried, host)) found.push(tried);
  if (found.length === count) return found;
  throw Object.assign(new Error("No port is free for metrics."), { code: "EADDRINUSE", port });
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

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
      .once("error", () => resolve(false))
      .listen(port, host, () => probe.close(() => resolve(true)));
  });
