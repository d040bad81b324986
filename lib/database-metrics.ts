/**
 * Metrics of a service's database: its feed, its cursors, its sagas, its connections. Each
 * statement reads an index of open work or a handful of rows, so every node can run them every few
 * seconds.
 */
import { type JobState, jobStates } from "./job-queue.ts";
import type { Sql } from "./sql.ts";

export interface DatabaseMetrics {
  /** Highest position of this service's own feed. */
  readonly head: number;
  /** Events that are committed and not numbered yet, and the age of the oldest in seconds. */
  readonly unnumbered: number;
  readonly unnumberedSeconds: number;
  readonly cursors: readonly CursorMetrics[];
  /** Events that were put aside and not replayed. */
  readonly deadLetters: number;
  readonly sagas: readonly SagaMetrics[];
  readonly imports: readonly ImportMetrics[];
  readonly jobs: readonly JobState[];
  readonly server: ServerMetrics;
}
/** The position of this service's cursor in a producer's feed. */
export interface CursorMetrics {
  readonly producer: string;
  readonly position: number;
  /** Number of failed tries of the next event. */
  readonly tries: number;
  readonly error: string | null;
}
/** Processes that have not ended, of one kind at one step. */
export interface SagaMetrics {
  readonly kind: string;
  readonly step: string;
  readonly open: number;
  /** Number of sagas due for longer than a takeover takes: no node drives them. */
  readonly overdue: number;
  readonly overdueSeconds: number;
  /** Number of sagas whose step has failed and is retried. */
  readonly failing: number;
  /** Failing for the fifth time or more. */
  readonly stuck: number;
  readonly oldestSeconds: number;
}
/** Import jobs by state, those that ended long ago not among them. */
export interface ImportMetrics {
  readonly state: string;
  readonly jobs: number;
}
/** Postgres' statistics: connections of the whole server, the rest of this database. */
export interface ServerMetrics {
  readonly connections: number;
  readonly maxConnections: number;
  readonly commits: number;
  readonly rollbacks: number;
  readonly deadlocks: number;
  readonly blocksRead: number;
  readonly blocksHit: number;
  readonly bytes: number;
}

/** A lease is 4 s and the runner polls each second: after this no node is coming. */
const OVERDUE = "interval '30 seconds'";
const STUCK_AFTER = 5;

/** One statement after the other: looking must not open connections that the work does without. */
export async function databaseMetrics(
  sql: Sql,
  states: (sql: Sql) => Promise<JobState[]> = jobStates,
): Promise<DatabaseMetrics> {
  const feed = await sql.row<FeedMetrics>(FEED);
  const cursors = await sql.rows<CursorMetrics>(
    "select producer, position, tries, left(error, 1000) as error from feed_cursor order by producer",
  );
  const sagas = await sql.rows<SagaMetrics>(SAGAS);
  const imports = await sql.rows<ImportMetrics>(IMPORTS);
  const jobs = await states(sql);
  const server = await sql.row<ServerMetrics>(SERVER);
  if (!feed || !server) throw new Error("The database does not know its own feed.");
  return { ...feed, cursors, sagas, imports, jobs, server };
}
type FeedMetrics = Pick<
  DatabaseMetrics,
  "head" | "unnumbered" | "unnumberedSeconds" | "deadLetters"
>;

const FEED = `select (select position from feed_head) as head,
    (select count(*) from dead_letter where replayed_at is null) as "deadLetters",
    count(*) as unnumbered,
    coalesce(greatest(extract(epoch from now() - min(at)), 0), 0)::float8 as "unnumberedSeconds"
  from event where position is null`;

const IMPORTS = `select state, count(*) as jobs from import_job
  where ended_at is null or ended_at > now() - interval '1 day' group by state`;

const SAGAS = `select kind, step, count(*) as open,
    count(*) filter (where due_at < now() - ${OVERDUE}) as overdue,
    greatest(extract(epoch from max(now() - due_at)), 0)::float8 as "overdueSeconds",
    count(*) filter (where last_error is not null) as failing,
    count(*) filter (where last_error is not null and attempt >= ${STUCK_AFTER}) as stuck,
    extract(epoch from max(now() - started_at))::float8 as "oldestSeconds"
  from saga where ended_at is null group by kind, step order by kind, step`;

const SERVER = `select
    (select sum(numbackends) from pg_stat_database)::int as connections,
    current_setting('max_connections')::int as "maxConnections",
    xact_commit as commits, xact_rollback as rollbacks, deadlocks,
    blks_read as "blocksRead", blks_hit as "blocksHit",
    pg_database_size(datid) as bytes
  from pg_stat_database where datname = current_database()`;
