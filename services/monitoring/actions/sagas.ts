import type { ActionHandler } from "../../../lib/bus.ts";
import { fitting } from "../../../lib/page.ts";
import type { CountSagas } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";

export const sagas: ActionHandler<typeof CountSagas, MonitoringService> = async (
  _,
  { inspector },
) => {
  const { databases } = await inspector.inspect();
  return {
    items: fitting(
      databases.flatMap(({ service, sagas: open }) => open.map((some) => ({ service, ...some }))),
    ),
  };
};
