import type { ActionHandler } from "../../../lib/bus.ts";
import { fitting } from "../../../lib/page.ts";
import { jobsOf } from "../domain/views.ts";
import type { CountJobs } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";

export const jobs: ActionHandler<typeof CountJobs, MonitoringService> = async (
  _,
  { inspector },
) => {
  const { nodes, databases } = await inspector.inspect();
  const running = nodes.flatMap(({ state }) => state?.runningJobs ?? []);
  return { items: fitting(jobsOf(databases, running)) };
};
