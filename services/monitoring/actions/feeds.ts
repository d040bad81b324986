import type { ActionHandler } from "../../../lib/bus.ts";
import { fitting } from "../../../lib/page.ts";
import { feedsOf } from "../domain/views.ts";
import type { ListFeeds } from "../monitoring.contract.ts";
import type { MonitoringService } from "../monitoring.types.ts";

export const feeds: ActionHandler<typeof ListFeeds, MonitoringService> = async (
  _,
  { inspector },
) => {
  const { databases } = await inspector.inspect();
  return { items: fitting(feedsOf(databases)) };
};
