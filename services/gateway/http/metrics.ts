/** Counts the gateway's requests by result and duration. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServiceBroker } from "moleculer";
import { COLLECT_METRICS } from "../../../lib/prometheus.ts";

const NAME = "comptoir.http.time";
const BUCKETS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];
/** nginx's word for a client that left before the answer. */
const LEFT = 499;

interface Item {
  count: number;
  sum: number;
  readonly bucketValues: Record<string, number>;
}
export interface RequestMetrics {
  /** Watches one request to its end. Costs some microseconds; nothing where metrics are off. */
  watch(request: IncomingMessage, response: ServerResponse): void;
  /** Counts a cached answer, whose duration is negligible, until the next collection. */
  cached(status: number): void;
}

export function requestMetrics({ metrics, localBus }: ServiceBroker): RequestMetrics {
  if (!metrics?.isEnabled()) return { watch: () => undefined, cached: () => undefined };
  metrics.register({
    name: NAME,
    type: "histogram",
    labelNames: ["method", "status"],
    description: "Time of HTTP requests in milliseconds",
    buckets: BUCKETS_MS,
    quantiles: false,
  } as never);
  const counted = new Map<number, number>();
  localBus.on(COLLECT_METRICS, () => {
    for (const [status, count] of counted) addAtOnce(metrics, { method: "GET", status }, count);
    counted.clear();
  });
  return {
    cached: (status) => void counted.set(status, (counted.get(status) ?? 0) + 1),
    watch({ method = "" }, response) {
      const began = performance.now();
      response.once("close", () => {
        const status = response.writableFinished ? response.statusCode : LEFT;
        metrics.observe(NAME, performance.now() - began, { method, status });
      });
    },
  };
}

/** Adds `count` observations of zero duration: the registry cannot add several at once. */
function addAtOnce(
  metrics: ServiceBroker["metrics"],
  labels: { method: string; status: number },
  count: number,
): void {
  metrics.observe(NAME, 0, labels);
  const metric = metrics.getMetric(NAME) as unknown as { get(of: object): Item | undefined };
  const item = metric.get(labels);
  if (!item) return;
  item.count += count - 1;
  const { bucketValues } = item;
  for (const bucket of BUCKETS_MS) bucketValues[bucket] = (bucketValues[bucket] ?? 0) + count - 1;
}
