/** A consumer's cursors in the feeds of others: one row for each producer, in its own database. */
import type { Sql } from "./sql.ts";

/**
 * Why a consumer does not come on: the events cannot be fetched (`read`), its database refuses for
 * the moment (`busy`), or the reaction to the next event throws (`react`). Only the last one ends with
 * the event in `dead_letter`.
 */
export type Trouble = "read" | "busy" | "react";

export interface CursorState {
  readonly position: number;
  /** Number of failures at this position. */
  readonly tries: number;
  readonly trouble: Trouble | null;
  /** True when it is time to try (again). */
  readonly due: boolean;
  /** True if no other node has the lease. */
  readonly free: boolean;
  /** True if this node has the lease for some time yet. */
  readonly ours: boolean;
}

/** A node's claim to be the one that reads a feed for its service, for so long. */
export interface Lease {
  readonly holder: string;
  readonly ms: number;
}

/** Reads this service's cursor in a producer's feed, as seen by the node `holder`. */
export async function readCursor(sql: Sql, producer: string, holder = ""): Promise<CursorState> {
  const found = await sql.row<CursorState>(
    `select position, tries, trouble, due_at <= now() as due,
       coalesce(leased_by = $2 or leased_until <= now(), true) as free,
       coalesce(leased_by = $2 and leased_until > now() + interval '1 second', false) as ours
     from feed_cursor where producer = $1`,
    [producer, holder],
  );
  if (found) return found;
  await sql.run("insert into feed_cursor (producer) values ($1) on conflict do nothing", [
    producer,
  ]);
  return { position: 0, tries: 0, trouble: null, due: true, free: true, ours: false };
}

/** Takes the lease if no other node has it and the cursor is still at `position`. */
export async function takeLease(
  sql: Sql,
  producer: string,
  position: number,
  { holder, ms }: Lease,
): Promise<boolean> {
  const taken = await sql.run(
    `with free as (
       select producer from feed_cursor
       where producer = $1 and position = $2
         and coalesce(leased_by = $3 or leased_until <= now(), true)
       for update skip locked
     )
     update feed_cursor c set leased_by = $3, leased_until = now() + $4 * interval '1 millisecond'
     from free where c.producer = free.producer`,
    [producer, position, holder, ms],
  );
  return taken > 0;
}

/** Lets other nodes read at once what this one has leased. */
export const releaseLeases = (sql: Sql, holder: string) =>
  sql.run("update feed_cursor set leased_by = null, leased_until = null where leased_by = $1", [
    holder,
  ]);

/** Claims a free cursor that is still at `position`, in the transaction of the effects. */
export async function claimCursor(sql: Sql, producer: string, position: number): Promise<boolean> {
  const mine = await sql.row(
    `select 1 as mine from feed_cursor where producer = $1 and position = $2
     for update skip locked`,
    [producer, position],
  );
  return mine !== undefined;
}

/** Moves the cursor if it is still at `from`, and extends (or, with 0 ms, ends) the lease. */
export const moveCursor = (
  sql: Sql,
  producer: string,
  { from, to }: { from: number; to: number },
  { holder, ms }: Lease,
) =>
  sql.run(
    `update feed_cursor set position = $3, tries = 0, due_at = now(), error = null, trouble = null,
       leased_by = $4, leased_until = now() + $5 * interval '1 millisecond'
     where producer = $1 and position = $2`,
    [producer, from, to, holder, ms],
  );

/** Notes why the cursor cannot be moved from `position`; it is tried again after `waitMs`. */
export const noteTrouble = (
  sql: Sql,
  producer: string,
  position: number,
  { trouble, waitMs, error }: { trouble: Trouble; waitMs: number; error: string },
) =>
  sql.run(
    `update feed_cursor set tries = case when trouble = $3 then tries + 1 else 1 end, trouble = $3,
       due_at = now() + $4 * interval '1 millisecond', error = $5
     where producer = $1 and position = $2`,
    [producer, position, trouble, waitMs, error.slice(0, 2_000)],
  );
