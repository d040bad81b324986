/** Converts Moleculer's snapshots (sums since a node's start) to counters of the whole cluster. */

export interface Metric {
  readonly name: string;
  readonly values: readonly {
    readonly labels: Readonly<Record<string, string | null | undefined>>;
    readonly value?: number;
    readonly quantiles?: Readonly<Record<string, number | null>>;
  }[];
}
export interface Collector {
  update(name: string, method: string, labels: object, value: number): void;
  readonly totals?: Map<string, number>;
}

/** Each node's last values, so that only increments are added; a node that restarts begins at 0. */
const previous = new WeakMap<Collector, Map<string, number>>();

export function collect(collector: Collector, nodeID: string, metrics: readonly Metric[]): void {
  for (const metric of metrics) {
    if (metric.name === "moleculer.request.total")
      add(collector, "moleculer_req_total", nodeID, sums(metric, []));
    else if (metric.name === "moleculer.request.error.total")
      add(collector, "moleculer_req_errors_total", nodeID, sums(metric, ["errorType"]));
    else if (metric.name === "moleculer.request.time") showQuantiles(collector, nodeID, metric);
  }
}

type Labels = Record<string, string>;

/** Over all callers: who called is not worth a series of its own. */
function sums({ values }: Metric, more: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { labels, value = 0 } of values) {
    const retained = ["action", "service", ...more].map((name) => [name, labels[name] ?? ""]);
    const key = JSON.stringify(Object.fromEntries(retained));
    found.set(key, (found.get(key) ?? 0) + value);
  }
  return found;
}

function add(collector: Collector, name: string, nodeID: string, now: Map<string, number>): void {
  const before = previous.get(collector) ?? new Map<string, number>();
  previous.set(collector, before);
  for (const [labels, total] of now) {
    const key = `${name} ${nodeID} ${labels}`;
    const last = before.get(key) ?? 0;
    const more = total >= last ? total - last : total;
    before.set(key, total);
    if (more > 0)
      collector.update(name, "inc", { ...(JSON.parse(labels) as Labels), nodeID }, more);
  }
}

function showQuantiles(collector: Collector, nodeID: string, { values }: Metric): void {
  for (const { labels, quantiles = {} } of values)
    for (const [quantile, value] of Object.entries(quantiles)) {
      if (typeof value !== "number" || !Number.isFinite(value)) continue;
      const { action, service } = labels;
      const named = { action: action ?? "", service: service ?? "", nodeID, quantile };
      collector.update("moleculer_req_duration_ms", "set", named, value);
    }
}
