import type { ImportJob } from "../../../../lib/imports.ts";
import type { ImportReport } from "../../contract/imports.ts";

/** An import as it is shown. */
export const reportOf = (job: ImportJob): ImportReport => ({
  importId: job.id,
  kind: job.kind as ImportReport["kind"],
  state: job.state === "receiving" ? "waiting" : job.state,
  source: job.source,
  bytes: job.bytes,
  line: job.line,
  created: job.created,
  updated: job.updated,
  unchanged: job.unchanged,
  errors: job.errors,
  warnings: job.warnings,
  notes: job.notes,
  at: job.at.toISOString(),
  ...(job.started_at && { startedAt: job.started_at.toISOString() }),
  ...(job.ended_at && { endedAt: job.ended_at.toISOString() }),
  ...(job.error !== null && { error: job.error }),
});
