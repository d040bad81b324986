import type { ActionHandler } from "../../../lib/bus.ts";
import { ListNodeJobs } from "../../../lib/operations.ts";
import { fitting } from "../../../lib/page.ts";
import type { ListPutAsideJobs } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";
import { askServices } from "../workflows/askServices.ts";

export const jobsPutAside: ActionHandler<typeof ListPutAsideJobs, MonitoringService> = async (
  ctx,
  { inspector },
) => {
  const asked = await askServices(ctx, inspector, ListNodeJobs, ({ jobs }) =>
    jobs.some(({ putAside }) => putAside > 0),
  );
  return {
    items: fitting(
      asked.flatMap(({ service, items = [] }) =>
        items.map((job) => ({ ...job, service, id: `${service}.${job.id}` })),
      ),
    ),
    missing: asked.flatMap(({ service, items }) => (items ? [] : [service])),
  };
};
