/**
 * The event feed: events in the producer's Postgres, the bus only as a bell.
 *
 * An event is inserted in the transaction of the change it tells. A sequencer then gives committed
 * events gapless positions in an order that never has a late-comer. A consumer keeps its cursor in
 * its own database and moves it in the transaction of the effect: exactly one effect per event.
 * Reading by `id > cursor` alone would lose events of slow transactions (measured: 19 %).
 */
import { v7 } from "uuid";
import { around } from "./around.ts";
import type { Event } from "./contract.ts";
import type { Of, Fields } from "./shape.ts";
import type { Sql } from "./sql.ts";

/** An event as it is read: `at` is ISO text; `actor` is the id of the person who caused it, if any. */
export interface Envelope<D = unknown> {
  readonly id: string;
  readonly name: string;
  readonly position: number;
  readonly at: string;
  readonly traceId?: string;
  readonly actor?: string;
  readonly data: D;
}

export interface Telling {
  readonly name: string;
  /** In whose name, and under which trace, it was told. */
  readonly cause: Cause;
  readonly data: unknown;
  readonly json: string;
  /** What the event is about, for whoever looks through the feed: an order's id. */
  readonly key?: string | undefined;
}
interface Cause {
  readonly traceId?: string | undefined;
  readonly actor?: string | undefined;
}

/** What is told, in the surroundings in which it is told. */
export function telling<F extends Fields>(
  event: Event<F>,
  data: NoInfer<Of<F>>,
  key?: string,
): Telling {
  const { traceId, actor } = around();
  // Written out here, where what cannot be is still refused: later it goes along with the commit.
  const json = JSON.stringify(data);
  return { name: event.name, data, json, key, cause: { traceId, actor } };
}

/** Writes events to the feed, in one statement. They are told once the transaction commits. */
export async function append(sql: Sql, events: readonly Telling[]) {
  if (events.length === 0) return;
  await sql.run(
    `insert into event (id, name, key, data, trace_id, actor)
     select * from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::text[])`,
    [
      events.map(() => v7()),
      events.map(({ name }) => name),
      events.map(({ key }) => key ?? null),
      events.map(({ json }) => json),
      events.map(({ cause }) => cause.traceId ?? null),
      events.map(({ cause }) => cause.actor ?? null),
    ],
  );
}

/** So many at once that numbering them stays far below the longest that a statement may take. */
const AT_ONCE = 1_000;

/**
 * Numbers what is committed and not numbered yet, the oldest first, and answers the head of the feed
 * and how many it was (at most AT_ONCE), or undefined if there was nothing or another node is at it.
 * To be run in a transaction of its own. The lock is taken in a statement of
 * its own *before* the one that numbers: with both in one, its snapshot would be older than the
 * lock, and events would be numbered twice.
 * The row as updated is asked for its position in words that fit no index: by `is null`, stale
 * statistics join every waiting row with every other one (60 s for 40,000 that waited; so, 30 ms).
 */
export async function sequence(sql: Sql): Promise<Numbered | undefined> {
  const lock = await sql.row<{ mine: boolean }>(
    "select pg_try_advisory_xact_lock(hashtext('feed')) as mine",
  );
  if (!lock?.mine) return undefined;
  return sql.row<Numbered>(
    `with oldest as (
       select id, at from event where position is null order by at, id limit ${AT_ONCE}
     ), waiting as (
       select id, row_number() over (order by at, id) as n from oldest
     ), numbered as (
       update event set position = (select position from feed_head) + waiting.n
       from waiting where event.id = waiting.id and coalesce(event.position, 0) = 0
       returning 1
     )
     update feed_head set position = position + (select count(*) from numbered)
     where (select count(*) from numbered) > 0
     returning position, (select count(*) from numbered) as count`,
  );
}
interface Numbered {
  position: number;
  count: number;
}
/** Whether there may be more to number. */
export const isFull = ({ count }: Numbered): boolean => count >= AT_ONCE;

/** Events after position `after`, oldest first, at most `limit`. */
export async function read(sql: Sql, after: number, limit: number): Promise<Envelope[]> {
  const rows = await sql.rows<EventRow>(
    `select id, name, position, at, trace_id, actor, data from event
     where position > $1 order by position limit $2`,
    [after, limit],
  );
  return rows.map(({ trace_id, actor, at, ...event }) => ({
    ...event,
    at: at.toISOString(),
    ...(trace_id !== null && { traceId: trace_id }),
    ...(actor !== null && { actor }),
  }));
}

interface EventRow {
  id: string;
  name: string;
  position: number;
  at: Date;
  trace_id: string | null;
  actor: string | null;
  data: unknown;
}

/** Where this service stands in a producer's feed. */
export async function standing(sql: Sql, producer: string): Promise<Standing> {
  const found = await sql.row<Standing>(
    "select position, tries, due_at <= now() as due from feed_cursor where producer = $1",
    [producer],
  );
  if (found) return found;
  await sql.run("insert into feed_cursor (producer) values ($1) on conflict do nothing", [
    producer,
  ]);
  return { position: 0, tries: 0, due: true };
}
export interface Standing {
  position: number;
  tries: number;
  due: boolean;
}

/**
 * Takes the cursor if no other node has it and it still stands at `position`. In the transaction of
 * the effects.
 */
export async function takeCursor(sql: Sql, producer: string, position: number): Promise<boolean> {
  const mine = await sql.row(
    `select 1 as mine from feed_cursor where producer = $1 and position = $2
     for update skip locked`,
    [producer, position],
  );
  return mine !== undefined;
}

export const moveCursor = (sql: Sql, producer: string, position: number) =>
  sql.run(
    `update feed_cursor set position = $2, tries = 0, due_at = now(), error = null
     where producer = $1`,
    [producer, position],
  );

/** Notes that the next event could not be reacted to; it is tried again after `waitMs`. */
export const holdCursor = (
  sql: Sql,
  producer: string,
  position: number,
  waitMs: number,
  error: string,
) =>
  sql.run(
    `update feed_cursor set tries = tries + 1, due_at = now() + $3 * interval '1 millisecond', error = $4
     where producer = $1 and position = $2`,
    [producer, position, waitMs, error.slice(0, 2_000)],
  );

/** Puts an event aside that could not be reacted to: operators see it and replay it. */
export const bury = (sql: Sql, producer: string, event: Envelope, error: string, tries: number) =>
  sql.run(
    `insert into dead_letter (producer, position, event, error, tries)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [producer, event.position, JSON.stringify(event), error.slice(0, 2_000), tries],
  );
