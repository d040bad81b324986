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
 * The view of the whole cluster for Prometheus: nodes, services, and the requests that every node
 * counts and tells in snapshots. (moleculer-prometheus alone listens to events that Moleculer 0.15
 * no longer emits.) Each node also shows its own figures, complete, on its own private port, which is
 * all there is when the whole house is one process.
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

/** Shows operators the running house, and Prometheus the whole cluster. */
export default service({
  name: "monitoring",
  ...(config.bus.url !== undefined && config.monitoring.port > 0 && clusterView),
  actions: await actionsIn(import.meta.dirname, contract),
  created(this: MonitoringService) {
    this.inspector = new ClusterInspector(this.broker);
  },
});
