import type { ActionHandler } from "../../../lib/bus.ts";
import { findJob } from "../../../lib/imports.ts";
import { ImportNotFound, type ShowImport } from "../catalog.contract.ts";
import { reportOf } from "../workflows/import/report.ts";
import type { CatalogService } from "../catalog.types.ts";

export const showImport: ActionHandler<typeof ShowImport, CatalogService> = async (ctx, { db }) => {
  const { importId } = ctx.params;
  const job = await findJob(db.sql, importId);
  if (!job) throw ImportNotFound({ importId });
  return reportOf(job);
};
