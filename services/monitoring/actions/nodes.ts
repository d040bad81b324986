import type { ActionHandler } from "../../../lib/bus.ts";
import { fitting } from "../../../lib/page.ts";
import { named } from "../domain/views.ts";
import type { ListNodes } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";

export const nodes: ActionHandler<typeof ListNodes, MonitoringService> = async (
  _,
  { inspector },
) => {
  const { nodes: snapshot } = await inspector.inspect();
  const now = Date.now();
  return {
    items: fitting(
      snapshot.map(({ id, available, lastHeardSecondsAgo, services, state }) => ({
        id,
        available,
        lastHeardSecondsAgo,
        services: named(services),
        ...(state && {
          state: {
            version: state.version,
            startedAt: state.startedAt,
            uptimeSeconds: Math.max(0, Math.round((now - Date.parse(state.startedAt)) / 1000)),
            cpuPercent: state.cpuPercent,
            memoryBytes: state.memoryBytes,
            eventLoopDelayMs: state.eventLoopDelayMs,
          },
        }),
      })),
    ),
  };
};
