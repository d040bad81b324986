import type { ActionHandler } from "../../../lib/bus.ts";
import { listJobs } from "../../../lib/imports.ts";
import { DEFAULT_LIMIT, keyOf, pageOf } from "../../../lib/page.ts";
import type { ListImports } from "../catalog.contract.ts";
import { reportOf } from "../workflows/import/report.ts";
import type { CatalogService } from "../catalog.types.ts";

export const imports: ActionHandler<typeof ListImports, CatalogService> = async (ctx, { db }) => {
  const { after, limit = DEFAULT_LIMIT } = ctx.params;
  const jobs = await listJobs(db.sql, keyOf(after, "uuid")?.[0], limit + 1);
  return pageOf(jobs, limit, { key: ({ id }) => [id], item: reportOf });
};
