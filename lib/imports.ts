/** Import jobs as rows: how far a file was taken over, and the report by lines. */
import { failure, type Sentence } from "./failure.ts";
import type { Sql } from "./sql.ts";

export const ImportTooLarge = failure<{ maxBytes: number }>("IMPORT_TOO_LARGE", 413, {
  en: "The file is larger than {maxBytes} bytes. Split it into several.",
  fr: "Le fichier dépasse {maxBytes} octets. Découpez-le en plusieurs.",
});
export const ImportEmpty = failure("IMPORT_EMPTY", 422, {
  en: "The file is empty. Send its contents as the body of the request.",
  fr: "Le fichier est vide. Envoyez son contenu dans le corps de la requête.",
});

/** A line of the report. `error`: not taken; `warning`: taken but changed; `info`: worth knowing. */
export interface ImportIssue {
  readonly line: number;
  readonly field: string;
  readonly level: "error" | "warning" | "info";
  readonly code: string;
  readonly value: string;
  readonly what: Sentence;
  readonly hint: Sentence;
}
export type ImportState = "receiving" | "waiting" | "running" | "done" | "failed";
export interface ImportJob {
  readonly id: string;
  readonly kind: string;
  readonly state: ImportState;
  readonly source: string;
  readonly sha256: string | null;
  readonly bytes: number;
  readonly items: number;
  readonly line: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly actor: string | null;
  readonly error: string | null;
  readonly version: number;
  readonly at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}
export interface AppliedBatch {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly issues: readonly ImportIssue[];
}

const COLUMNS = `id, kind, state, source, sha256, bytes, items, line, created, updated, unchanged,
  errors, warnings, notes, actor, error, version, at, started_at, ended_at`;

export const findJob = (sql: Sql, jobId: string): Promise<ImportJob | undefined> =>
  sql.row(`select ${COLUMNS} from import_job where id = $1`, [jobId]);

export const listJobs = (sql: Sql, before: string | undefined, limit: number) =>
  sql.rows<ImportJob>(
    `select ${COLUMNS} from import_job where state <> 'receiving' and ($1::uuid is null or id < $1)
     order by id desc limit $2`,
    [before ?? null, limit],
  );

/** Claims the oldest unclaimed job for `leaseMs`. */
export const claimJob = (sql: Sql, leaseMs: number): Promise<ImportJob | undefined> =>
  sql.row(
    `update import_job set state = 'running', version = version + 1,
       started_at = coalesce(started_at, now()),
       lease_until = now() + $1 * interval '1 millisecond'
     where id = (select id from import_job where state in ('waiting', 'running')
       and (lease_until is null or lease_until < now()) order by id limit 1
       for update skip locked)
     returning ${COLUMNS}`,
    [leaseMs],
  );

/** Keeps a job in hand while nothing is committed; false when another one has it. */
export const renewLease = async (sql: Sql, job: ImportJob, leaseMs: number): Promise<boolean> =>
  (await sql.run(
    `update import_job set lease_until = now() + $3 * interval '1 millisecond'
     where id = $1 and version = $2 and state = 'running'`,
    [job.id, job.version, leaseMs],
  )) === 1;

/** Lets a job go, for another node to go on with after `waitMs`. */
export const releaseJob = (sql: Sql, job: ImportJob, waitMs = 0): Promise<number> =>
  sql.run(
    `update import_job set lease_until = now() + $3 * interval '1 millisecond'
     where id = $1 and version = $2 and state = 'running'`,
    [job.id, job.version, waitMs],
  );

interface Progress extends AppliedBatch {
  /** Counts of the whole file, this batch included. */
  readonly items: number;
  readonly line: number;
}
/** Notes a batch, in its transaction. Undefined when another node has the job now: roll back. */
export async function saveProgress(
  sql: Sql,
  job: ImportJob,
  { items, line, created, updated, unchanged, issues }: Progress,
  leaseMs: number,
): Promise<ImportJob | undefined> {
  const of = (level: ImportIssue["level"]) => issues.filter((it) => it.level === level).length;
  const after = await sql.row<ImportJob>(
    `update import_job set items = $3, line = greatest(line, $4), created = created + $5,
       updated = updated + $6, unchanged = unchanged + $7, errors = errors + $8,
       warnings = warnings + $9, notes = notes + $10,
       lease_until = now() + $11 * interval '1 millisecond'
     where id = $1 and version = $2 and state = 'running' returning ${COLUMNS}`,
    [job.id, job.version, items, line, created, updated, unchanged]
      .concat([of("error"), of("warning"), of("info")])
      .concat([leaseMs]),
  );
  if (after) await insertIssues(sql, job, issues);
  return after;
}

async function insertIssues(
  sql: Sql,
  { id, errors, warnings, notes }: ImportJob,
  issues: readonly ImportIssue[],
) {
  if (issues.length === 0) return;
  const before = errors + warnings + notes;
  const rows = issues.map((issue, n) => ({ ...issue, n: before + n + 1 }));
  await sql.run(
    `insert into import_fault (job_id, n, line, field, level, code, value, what, mend)
     select $1, n, line, field, level, code, value, what, hint
     from jsonb_to_recordset($2::jsonb) as f (n bigint, line bigint, field text, level text,
       code text, value text, what jsonb, hint jsonb)`,
    [id, JSON.stringify(rows)],
  );
}

/** Ends a job; its bytes are not needed any more. */
export async function finishJob(
  sql: Sql,
  job: ImportJob,
  error?: string,
): Promise<ImportJob | undefined> {
  const ended = await sql.row<ImportJob>(
    `update import_job set state = $3, error = $4, ended_at = now(), lease_until = null
     where id = $1 and version = $2 and state = 'running' returning ${COLUMNS}`,
    [job.id, job.version, error === undefined ? "done" : "failed", error?.slice(0, 2_000) ?? null],
  );
  if (ended) await sql.run("delete from import_chunk where job_id = $1", [job.id]);
  return ended;
}

export interface IssueRow extends ImportIssue {
  readonly n: number;
}
export const issuesOfJob = (
  sql: Sql,
  jobId: string,
  {
    after = 0,
    level,
    limit,
  }: { after?: number | undefined; level?: string | undefined; limit: number },
): Promise<IssueRow[]> =>
  sql.rows(
    `select n, line, field, level, code, value, what, mend as hint from import_fault
     where job_id = $1 and n > $2 and ($3::text is null or level = $3) order by n limit $4`,
    [jobId, after, level ?? null, limit],
  );
