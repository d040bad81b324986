import type { ActionHandler } from "../../../lib/bus.ts";
import { fitting } from "../../../lib/page.ts";
import type { ListBreakers } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";

export const breakers: ActionHandler<typeof ListBreakers, MonitoringService> = async (
  _,
  { inspector },
) => {
  const { nodes } = await inspector.inspect();
  return {
    items: fitting(
      nodes.flatMap(({ id: seenBy, state }) =>
        (state?.breakers ?? []).map((breaker) => ({ seenBy, ...breaker })),
      ),
    ),
  };
};
