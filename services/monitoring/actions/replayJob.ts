import { call, type ActionHandler } from "../../../lib/bus.ts";
import { ReplayJobOnNode } from "../../../lib/operations.ts";
import { type ReplayJob, ServiceAway } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";

export const replayJob: ActionHandler<typeof ReplayJob, MonitoringService> = async (
  ctx,
  { inspector },
) => {
  const { jobId } = ctx.params;
  const [service = "", id = ""] = jobId.split(".");
  const nodeID = inspector.nodeOf(service);
  if (nodeID === undefined) throw ServiceAway({ service });
  const { job } = await call(ctx, ReplayJobOnNode, { service, id }, { nodeID, retries: 0 });
  return { success: true, id: jobId, job };
};
