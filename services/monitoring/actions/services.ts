import type { ActionHandler } from "../../../lib/bus.ts";
import { fitting } from "../../../lib/page.ts";
import { servicesOf } from "../domain/views.ts";
import type { ListServices } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";

export const services: ActionHandler<typeof ListServices, MonitoringService> = async (
  _,
  { inspector },
) => {
  const { nodes, databases } = await inspector.inspect();
  return { items: fitting(servicesOf(nodes, databases)) };
};
