/** Rows that are worked on one by one, each by one node at a time: SQL that takes, renews and ends. */
import { v7 } from "uuid";
import type { Sql } from "./sql.ts";

/** Renewed while the work lasts. A node that dies leaves its rows to others after this time. */
export const LEASE_MS = 10_000;
const LEASE = `leased_until = now() + ${LEASE_MS} * interval '1 millisecond'`;
const FREE = "(leased_until is null or leased_until <= now())";
const MAX_COUNTED = 10_000;

/** Rows of a table with a column `leased_until`. All texts are SQL and constants of the code. */
export interface DueRows {
  readonly table: string;
  readonly key: readonly string[];
  /** Condition of rows with work to do; needs an index by `dueAt`. */
  readonly open: string;
  readonly dueAt: string;
  /** Assignments that claim a row, so that `dueAt` becomes the time of its next try. */
  readonly putOff: string;
  /** Columns that the work receives of a row. */
  readonly returning: string;
}
/** The next try: after `first` seconds, twice as long each time, at most `most`, give or take a quarter. */
export const backoff = (first: number, most: number, tries = "tries") =>
  `now() + least(${most}, ${first} * power(2, least(${tries}, 12)))
     * (0.75 + random() / 2) * interval '1 second'`;

export interface Taken {
  readonly $key: readonly string[];
  /** Number of failures; null when there is none. */
  readonly $failures: number | null;
  readonly version?: number;
}
export interface Queue {
  /** Takes up to `limit` due rows, with a lease. */
  readonly take: (sql: Sql, limit: number) => Promise<Taken[]>;
  readonly renew: (sql: Sql, row: Taken) => Promise<number>;
  /** The row may be taken again once it is due. */
  readonly release: (sql: Sql, row: Taken) => Promise<unknown>;
  /** Called when the work is done. `over`: the row is finished, so it need not be released. */
  readonly end: (sql: Sql, row: Taken, over: boolean) => Promise<unknown>;
  /** Records a failure, releases the row; true if `maxTries` failures put it aside. */
  readonly fail: (sql: Sql, row: Taken, error: string, maxTries: number) => Promise<boolean>;
  /** A subquery that counts what is due, where the rows are not jobs themselves. */
  readonly counting?: string;
}

/** Work on rows that a service has anyway. That it failed is noted in `job`, under the row's key. */
export function rowQueue(kind: string, rows: DueRows): Queue {
  const { table, key, open, dueAt, putOff, returning } = rows;
  const columns = key.map((column) => `${table}.${column}`).join(", ");
  const noted = `n.kind = '${kind}' and n.key = concat_ws(' ', ${columns})`;
  const aside = `select 1 from job n where ${noted} and n.put_aside_at is not null`;
  const due = `${open} and ${dueAt} <= now() and ${FREE} and not exists (${aside})`;
  const where = key.map((column, n) => `${column} = $${n + 1}`).join(" and ");
  const take = `update ${table} set ${putOff}, ${LEASE}
    where (${columns}) in (
      select ${columns} from ${table} where ${due} order by ${dueAt} limit $1 for update skip locked)
    returning ${returning}, array[${columns}]::text[] as "$key",
      (select failures from job n where ${noted}) as "$failures"`;
  const renew = `update ${table} set ${LEASE} where ${where} and leased_until is not null`;
  const release = `update ${table} set leased_until = null where ${where} and leased_until is not null`;
  const forget = "delete from job where kind = $1 and key = $2";
  const note = `insert into job (id, kind, key, run_at, failures, last_error, put_aside_at)
    values ($1, $2, $3, 'infinity', 1, $4, case when $5 <= 1 then now() end)
    on conflict (kind, key) do update set failures = job.failures + 1, last_error = $4,
      put_aside_at = case when job.failures + 1 >= $5 then now() end
    returning put_aside_at is not null as aside`;

  return {
    take: (sql, limit) => sql.rows(take, [limit]),
    renew: (sql, { $key }) => sql.run(renew, $key),
    release: (sql, { $key }) => sql.run(release, $key),
    async end(sql, row, over) {
      if (row.$failures !== null) await sql.run(forget, [kind, row.$key.join(" ")]);
      if (!over) await sql.run(release, row.$key);
    },
    async fail(sql, { $key }, error, maxTries) {
      const values = [v7(), kind, $key.join(" "), error, maxTries];
      const noticed = await sql.row<{ aside: boolean }>(note, values);
      await sql.run(release, $key);
      return noticed?.aside === true;
    },
    counting: `select '${kind}' as kind, count(*) as due, max(now() - at) as oldest, 0 as failing,
      0 as aside from (select ${dueAt} as at from ${table} where ${due} limit ${MAX_COUNTED}) d`,
  };
}

const FAIL = `update job set leased_until = null, failures = failures + 1, last_error = $2,
    put_aside_at = case when failures + 1 >= $3 then now() end
  where id = $1 returning put_aside_at is not null as aside`;
/** A job that was enqueued again meanwhile runs once more. */
const DONE = `with done as (delete from job where id = $1 and version = $2 returning id)
  update job set leased_until = null, failures = 0, last_error = null, run_at = now()
  where id = $1 and not exists (select 1 from done)`;
const NEXT_TURN = `update job set leased_until = null, failures = 0, last_error = null where id = $1`;

/** Jobs of `kind`. One that is done is deleted, or stays for its next turn where it is `repeated`. */
export function jobQueue(kind: string, putOff: string, repeated = false): Queue {
  const queue = rowQueue(kind, {
    table: "job",
    key: ["id"],
    open: `kind = '${kind}' and put_aside_at is null`,
    dueAt: "run_at",
    putOff: `tries = tries + 1, run_at = ${putOff}`,
    returning: "payload, version",
  });
  return {
    take: queue.take,
    renew: queue.renew,
    release: queue.release,
    end: (sql, { $key, version }) =>
      repeated ? sql.run(NEXT_TURN, $key) : sql.run(DONE, [...$key, version]),
    fail: async (sql, { $key }, error, maxTries) =>
      (await sql.row<{ aside: boolean }>(FAIL, [...$key, error, maxTries]))?.aside === true,
  };
}

/** Adds a job, in the transaction of `sql`. One with that key that is waiting is left as it is. */
export const insertJob = (
  sql: Sql,
  job: { kind: string; key: string; payload: object; runAt: Date | undefined },
): Promise<number> =>
  sql.run(
    `insert into job (id, kind, key, payload, run_at) values ($1, $2, $3, $4, coalesce($5, now()))
     on conflict (kind, key) do update set version = job.version + 1 where job.leased_until > now()`,
    [v7(), job.kind, job.key, JSON.stringify(job.payload), job.runAt ?? null],
  );

export interface JobState {
  readonly job: string;
  /** Number of due, unclaimed rows, and the age in seconds of the first of them. */
  readonly due: number;
  readonly oldestSeconds: number;
  /** Number of rows that have failed and are retried. */
  readonly failing: number;
  readonly putAside: number;
}
/** Returns the state of jobs by kind; jobs that run on every node have no rows and are absent. */
export const jobStates = (sql: Sql, queues: Iterable<Queue> = []): Promise<JobState[]> =>
  sql.rows<JobState>(
    `select kind as job, sum(due)::int as due, sum(failing)::int as failing,
       sum(aside)::int as "putAside",
       coalesce(greatest(extract(epoch from max(oldest)), 0), 0)::float8 as "oldestSeconds"
     from (${[JOBS, ...[...queues].flatMap(({ counting = [] }) => counting)].join(" union all ")}) k
     group by kind order by kind`,
  );
const DUE = `put_aside_at is null and run_at <= now() and ${FREE}`;
const JOBS = `select kind, count(*) filter (where ${DUE}) as due,
    max(now() - run_at) filter (where ${DUE}) as oldest,
    count(*) filter (where last_error is not null and put_aside_at is null) as failing,
    count(put_aside_at) as aside
  from job where put_aside_at is null and run_at <= now() or last_error is not null group by kind`;

interface PutAside {
  readonly id: string;
  readonly job: string;
  readonly key: string;
  readonly tries: number;
  readonly error: string;
  readonly at: Date;
}
/** Lists what was put aside, the oldest first. */
export const listPutAside = (sql: Sql): Promise<PutAside[]> =>
  sql.rows(
    `select id, kind as job, key, failures as tries, last_error as error, put_aside_at as at from job
     where last_error is not null and put_aside_at is not null order by put_aside_at, id limit 100`,
  );

/** Lets what was put aside be tried again at once; answers its kind. The row of a note is due by itself. */
export const replayJob = (sql: Sql, id: string) =>
  sql.row<{ job: string }>(
    `with noted as (
       delete from job where id = $1 and put_aside_at is not null and run_at = 'infinity' returning kind
     ), queued as (
       update job set put_aside_at = null, last_error = null, tries = 0, failures = 0, run_at = now()
       where id = $1 and put_aside_at is not null and run_at <> 'infinity' returning kind
     ) select kind as job from noted union all select kind from queued`,
    [id],
  );
