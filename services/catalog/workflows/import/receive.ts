import type { ActionContext } from "../../../../lib/bus.ts";
import { findJob, ImportEmpty } from "../../../../lib/imports.ts";
import { ImportNotFound } from "../../catalog.contract.ts";
import type { ImportReport } from "../../contract/imports.ts";
import type { CatalogService } from "../../catalog.types.ts";
import { reportOf } from "./report.ts";

/** Keeps the file in the request's stream and answers the import that takes it over. */
export async function receiveFile(
  { stream, locals }: ActionContext<unknown>,
  { db, imports }: CatalogService,
  { kind, source }: { kind: string; source: string },
): Promise<ImportReport> {
  if (!stream) throw ImportEmpty({});
  const file = stream as unknown as AsyncIterable<Uint8Array>;
  const importId = await imports.receive(file, { kind, source, actor: locals.caller?.id });
  const job = await findJob(db.sql, importId);
  if (!job) throw ImportNotFound({ importId });
  return reportOf(job);
}
