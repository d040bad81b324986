import type { ActionHandler } from "../../../lib/bus.ts";
import { type IssueRow, issuesOfJob, findJob } from "../../../lib/imports.ts";
import { DEFAULT_LIMIT, keyOf, pageOf } from "../../../lib/page.ts";
import { ImportNotFound, type ListImportIssues } from "../catalog.contract.ts";
import type { CatalogService } from "../catalog.types.ts";

export const importIssues: ActionHandler<typeof ListImportIssues, CatalogService> = async (
  ctx,
  { db },
) => {
  const { importId, level, limit = DEFAULT_LIMIT } = ctx.params;
  if (!(await findJob(db.sql, importId))) throw ImportNotFound({ importId });
  const after = keyOf(ctx.params.after, "integer")?.[0];
  const rows = await issuesOfJob(db.sql, importId, {
    after,
    level,
    limit: limit + 1,
  });
  return pageOf(rows, limit, { key: ({ n }) => [n], item: toImportIssue });
};

const toImportIssue = ({ line, field, level, code, value, what, hint }: IssueRow) => ({
  line,
  field,
  level,
  code,
  value,
  what,
  hint,
});
