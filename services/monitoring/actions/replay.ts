import { call, type ActionHandler } from "../../../lib/bus.ts";
import { ReplayOnNode } from "../../../lib/operations.ts";
import { deadLetterNamed } from "../domain/views.ts";
import { type ReplayDeadLetter, ServiceAway } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";

export const replay: ActionHandler<typeof ReplayDeadLetter, MonitoringService> = async (
  ctx,
  { inspector },
) => {
  const { deadLetterId } = ctx.params;
  const named = deadLetterNamed(deadLetterId);
  const nodeID = inspector.nodeOf(named.service);
  if (nodeID === undefined) throw ServiceAway({ service: named.service });
  const { name } = await call(ctx, ReplayOnNode, named, { nodeID, retries: 0 });
  return { success: true, id: deadLetterId, name };
};
