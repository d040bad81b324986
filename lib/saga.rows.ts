/** The rows of processes. Every change of one is guarded, and says whether it was made. */
import type { Sql } from "./sql.ts";

export const DONE = "done";
/** A node has this long for a step until another one takes over, repeating a command at most. */
const LEASE_MS = 4_000;
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;

export interface Saga<S = Record<string, unknown>> {
  readonly id: string;
  readonly kind: string;
  readonly step: string;
  readonly state: S;
  readonly attempt: number;
  readonly version: number;
  readonly deadline: string | undefined;
}
export interface NewSaga {
  readonly id: string;
  readonly kind: string;
  readonly step: string;
  readonly state: object;
  readonly deadline?: string | undefined;
}

/** The node that inserts the row has its lease. */
export const insertSaga = (sql: Sql, { id, kind, step, state, deadline }: NewSaga) =>
  sql.run(
    `with made as (
       insert into saga (id, kind, step, state, due_at, deadline)
       values ($1, $2, $3, $4, now() + $5 * interval '1 millisecond', $6) returning id
     ) insert into saga_log (saga_id, step, outcome) select id, $3, 'begun' from made`,
    [id, kind, step, JSON.stringify(state), LEASE_MS, deadline ?? null],
  );

const COLUMNS = "id, kind, step, state, attempt, version, deadline";
type Row = Omit<Saga<unknown>, "deadline"> & { readonly deadline: Date | null };
const sagaOf = (row: Row | undefined): Saga<unknown> | undefined =>
  row && { ...row, deadline: row.deadline?.toISOString() };

export const findSaga = async (sql: Sql, id: string): Promise<Saga<unknown> | undefined> =>
  sagaOf(await sql.row<Row>(`select ${COLUMNS} from saga where id = $1`, [id]));

/** A process as operators see it. */
export interface SagaRow {
  readonly id: string;
  readonly kind: string;
  readonly step: string;
  readonly attempt: number;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly due_at: Date;
  readonly last_error: string | null;
  readonly state: Record<string, unknown>;
}
/** The precision of cursors and of the indexes of 0003_saga_list.sql: pages skip no row. */
const BEGAN = "started_at::timestamptz(3)";
const SHOWN = `id, kind, step, attempt, ${BEGAN} as started_at, ended_at, due_at, last_error, state`;

export interface SagaFilter {
  readonly kind?: string | undefined;
  /** True for sagas that have not ended, false for those that have; all if undefined. */
  readonly open?: boolean | undefined;
  /** Only sagas that began before this moment, or at it with a smaller id. */
  readonly before?: { readonly at: string; readonly id: string } | undefined;
}

/** Lists sagas, the newest first. The statement has only the given conditions. */
export function readSagas(
  sql: Sql,
  { kind, open, before }: SagaFilter,
  limit: number,
): Promise<SagaRow[]> {
  const values: unknown[] = [limit];
  const given = (value: unknown) => `$${values.push(value)}`;
  const where = ["true"];
  if (kind !== undefined) where.push(`kind = ${given(kind)}`);
  if (open !== undefined) where.push(`ended_at is ${open ? "" : "not "}null`);
  if (before)
    where.push(`(${BEGAN}, id) < (${given(before.at)}::timestamptz, ${given(before.id)}::uuid)`);
  return sql.rows<SagaRow>(
    `select ${SHOWN} from saga where ${where.join(" and ")} order by ${BEGAN} desc, id desc limit $1`,
    values,
  );
}

export const readSaga = (sql: Sql, id: string) =>
  sql.row<SagaRow>(`select ${SHOWN} from saga where id = $1`, [id]);

/** Reads and locks a saga that has not ended. */
export const lockSaga = (sql: Sql, id: string, kind: string) =>
  sql.row<{ step: string; state: unknown }>(
    `select step, state from saga
     where id = $1 and kind = $2 and ended_at is null for update`,
    [id, kind],
  );

/** Returns true if no node has the lease of a saga that has not ended. */
export const isForgotten = async (sql: Sql, id: string): Promise<boolean> =>
  (await sql.row(
    "select 1 as due from saga where id = $1 and ended_at is null and due_at <= now()",
    [id],
  )) !== undefined;

/** Gives the lease of what is due to the caller. */
export const claimDue = (sql: Sql, limit: number) =>
  sql.rows<{ id: string }>(
    `update saga set attempt = attempt + 1, due_at = now() + $2 * interval '1 millisecond'
     where id in (
       select id from saga where ended_at is null and due_at <= now()
       order by due_at limit $1 for update skip locked
     ) returning id`,
    [limit, LEASE_MS],
  );

/**
 * Moves it from any of the steps `from`; answers its kind and the step it left if it stood at one of
 * them. The log names the step that was left, with what came of it: reserve reserved, pay captured.
 */
export const moveFrom = (
  sql: Sql,
  id: string,
  move: { from: readonly string[]; to: string; outcome: string; state?: object },
) =>
  sql.row<{ kind: string; left: string }>(
    `with stood as (
       select id, kind, step from saga
       where id = $1 and step = any($2) and ended_at is null for update
     ), moved as (
       update saga set step = $3, attempt = 0, last_error = null, version = version + 1,
         due_at = now() + $6 * interval '1 millisecond', state = saga.state || $5::jsonb,
         ended_at = case when $3 = '${DONE}' then now() end
       from stood where saga.id = stood.id returning stood.id, stood.kind, stood.step as left
     ), logged as (
       insert into saga_log (saga_id, step, outcome) select id, moved.left, $4 from moved
     ) select kind, moved.left as left from moved`,
    [id, move.from, move.to, move.outcome, JSON.stringify(move.state ?? {}), LEASE_MS],
  );

interface SagaTransition {
  readonly to: string;
  readonly outcome: string;
  readonly detail?: string;
  readonly state?: object;
  readonly afterMs?: number;
}
/** Moves a saga from the step and version that were read; undefined if it had moved since. */
export async function moveOn(
  sql: Sql,
  saga: Saga<unknown>,
  move: SagaTransition,
): Promise<Saga<unknown> | undefined> {
  const { to, outcome, detail = null, state = {}, afterMs = 0 } = move;
  const moved = await sql.row<Row>(
    `with moved as (
       update saga set step = $3, attempt = 0, last_error = null, version = version + 1,
         state = state || $6::jsonb, due_at = now() + $7 * interval '1 millisecond',
         ended_at = case when $3 = '${DONE}' then now() end
       where id = $1 and version = $2 and step = $8 and ended_at is null returning ${COLUMNS}
     ), logged as (
       insert into saga_log (saga_id, step, outcome, detail) select id, $8, $4, $5 from moved
     ) select ${COLUMNS} from moved`,
    [
      saga.id,
      saga.version,
      to,
      outcome,
      detail,
      JSON.stringify(state),
      afterMs || LEASE_MS,
      saga.step,
    ],
  );
  return sagaOf(moved);
}

export const retryLater = (sql: Sql, { id, version }: Saga<unknown>, waitMs: number) =>
  sql.run(
    `update saga set due_at = now() + $3 * interval '1 millisecond', last_error = null
     where id = $1 and version = $2 and ended_at is null`,
    [id, version, waitMs],
  );

/** Notes why a step could not be taken, and makes it due after 1 s × 2ⁿ, at most 30 s, ± 50 %. */
export const noteError = (sql: Sql, { id, version }: Saga<unknown>, error: unknown) => {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return sql.run(
    `update saga set last_error = $3,
       due_at = now() + least(${MAX_BACKOFF_MS}, ${FIRST_BACKOFF_MS} * 2 ^ least(attempt, 10))
                * (0.5 + random()) * interval '1 millisecond'
     where id = $1 and version = $2 and ended_at is null`,
    [id, version, text.replaceAll("\0", "").slice(0, 1_000)],
  );
};
