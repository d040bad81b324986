import type { MonitoringService } from "./monitoring.types.ts";
import type { Context } from "moleculer";
import Prometheus from "moleculer-prometheus";
import { config } from "../../config.ts";
import { service } from "../../lib/bus.ts";
import { actionsIn } from "../../lib/folder.ts";
import { type Collector, collect, type Metric } from "./domain/snapshot.ts";
import { ClusterInspector } from "./workflows/inspectCluster.ts";
import * as contract from "./monitoring.contract.ts";

const request = ["action", "service", "nodeID"];
/**
 * Serves metrics of the whole cluster to Prometheus: nodes, services, and requests, which every
 * node counts and sends in snapshots. (moleculer-prometheus alone listens to events that Moleculer
 * 0.15 no longer emits.) Each node also serves its own metrics, complete, on its private port; when
 * one process runs all services, there is only that.
 */
const clusterView = {
  mixins: [Prometheus],
  settings: {
    port: { port: config.monitoring.port, host: config.metrics.host },
    metrics: {
      moleculer_req_total: { type: "Counter", labelNames: request, help: "Requests of actions" },
      moleculer_req_errors_total: {
        type: "Counter",
        labelNames: [...request, "errorType"],
        help: "Requests that failed",
      },
      moleculer_req_duration_ms: {
        type: "Gauge",
        labelNames: [...request, "quantile"],
        help: "Duration of requests, by quantile of the last minute",
      },
    },
  },
  events: {
    "$metrics.snapshot"(this: Collector, ctx: Context<Metric[]>) {
      collect(this, ctx.nodeID ?? "unknown", ctx.params);
    },
  },
};

/** Shows the running system to operators, and the whole cluster to Prometheus. */
export default service({
  name: "monitoring",
  ...(config.bus.url !== undefined && config.monitoring.port > 0 && clusterView),
  actions: await actionsIn(import.meta.dirname, contract),
  created(this: MonitoringService) {
    this.inspector = new ClusterInspector(this.broker);
  },
});
