import type { Service } from "moleculer";
import type { ClusterInspector } from "./workflows/inspectCluster.ts";

export type MonitoringService = Service & { inspector: ClusterInspector };
