import type { Sql } from "./sql.ts";

const BATCH = 500;

/** Rows that have had their time. Names are constants of the code: they become part of the statement. */
interface Expired {
  readonly table: string;
  /** The column that says how old a row is; it needs an index. */
  readonly at: string;
  readonly until: Date;
}

/**
 * Deletes expired rows, the oldest first, in statements of some 500 rows each, so that no lock or
 * time limit is long. If several nodes do it at once, one continues and the others stop. Each
 * statement begins where the last one ended, since deleted rows stay in the index for a while. Ends
 * when no row is left, or when `goesOn` returns false after a statement. Returns the number of
 * deleted rows.
 */
export async function deleteInBatches(
  sql: Sql,
  { table, at, until }: Expired,
  goesOn: () => boolean = () => true,
): Promise<number> {
  let deleted = 0;
  let reached = "-infinity";
  while (goesOn()) {
    const batch = await sql.row<{ rows: number; reached: string | null }>(
      `with expired as (
         select ctid from ${table}
         where ${at} <= $1 and ${at} >= $2::timestamptz
           and (select pg_try_advisory_xact_lock(hashtext('expired ${table}')))
         order by ${at} limit ${BATCH} for update skip locked
       ), deleted as (
         delete from ${table} where ctid = any(array(select ctid from expired)) returning ${at} as at
       ) select count(*) as rows, max(at)::text as reached from deleted`,
      [until, reached],
    );
    deleted += batch?.rows ?? 0;
    if (!batch?.reached) break;
    reached = batch.reached;
  }
  return deleted;
}
