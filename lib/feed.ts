/**
 * The event feed: events are rows in the producer's Postgres, and the bus only notifies consumers.
 * An event is inserted in the transaction that causes it. A sequencer then gives committed events
 * gapless positions, so that none ever appears behind a position already read. A consumer stores
 * its cursor in its own database and moves it in the transaction of the effect: exactly one effect
 * per event. Reading by `id > cursor` alone would lose events of slow transactions (measured: 19
 * %).
 */
import { v7 } from "uuid";
import { requestContext } from "./request-context.ts";
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
  /** So many bytes have been left out: the event is larger than the bus carries, and `data` is null. */
  readonly omittedBytes?: number;
}

export interface EventRecord {
  readonly name: string;
  /** The actor and the trace that caused the event. */
  readonly cause: Cause;
  readonly data: unknown;
  readonly json: string;
  /** Subject of the event, for filters of the feed: an order's id. */
  readonly key?: string | undefined;
}
interface Cause {
  readonly traceId?: string | undefined;
  readonly actor?: string | undefined;
}

/** Builds the event's row, with the actor and trace of the current request context. */
export function eventRecord<F extends Fields>(
  event: Event<F>,
  data: NoInfer<Of<F>>,
  key?: string,
): EventRecord {
  const { traceId, actor } = requestContext();
  // Written out here, where what cannot be is still refused: later it goes along with the commit.
  const json = JSON.stringify(data);
  return { name: event.name, data, json, key, cause: { traceId, actor } };
}

/** Inserts events in one statement. They are published when the transaction commits. */
export async function append(sql: Sql, events: readonly EventRecord[]) {
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
 * Numbers what is committed and not numbered yet, the oldest first, and answers the head of the feed,
 * how many it was (at most AT_ONCE) and their names, or undefined if there was nothing or another node
 * is at it.
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
       returning event.name
     )
     update feed_head set position = position + (select count(*) from numbered)
     where (select count(*) from numbered) > 0
     returning position, (select count(*) from numbered) as count,
       (select array_agg(distinct name) from numbered) as names`,
  );
}
interface Numbered {
  position: number;
  count: number;
  /** Distinct names of the events that were numbered now. */
  names: string[];
}
/** Returns true if there may be more events to number. */
export const isFull = ({ count }: Numbered): boolean => count >= AT_ONCE;

/** Selects a part of a feed. */
export interface Reading {
  readonly after: number;
  readonly limit: number;
  /** Only events of these names; all by default. */
  readonly names?: readonly string[] | undefined;
  /** Limit of the events' JSON together, in bytes; the first one may exceed it. */
  readonly bytes?: number | undefined;
  /** Limit of one event, in bytes: a larger one is read without its data. */
  readonly maxEventBytes?: number | undefined;
}
export interface Batch {
  readonly events: Envelope[];
  /** The read covers the feed up to this position: there are no other matching events. */
  readonly head: number;
  readonly more: boolean;
}

/**
 * Events after position `after`, oldest first. All is one statement, so that `head` is of the same
 * snapshot as the events: positions are gapless, and nothing up to it can be committed later.
 *
 * At most LOOKED_THROUGH positions are looked through, so that the cost of a read does not depend on how
 * rare the wanted names are, and no index by name is needed, which every event would pay for.
 */
export async function read(sql: Sql, reading: Reading): Promise<Batch> {
  const { after, limit, names, bytes = UNLIMITED, maxEventBytes = UNLIMITED } = reading;
  const rows = await sql.rows<EventRow>(READ, [after, limit, names, bytes, maxEventBytes]);
  const [{ last, looked, found } = { last: after, looked: after, found: null }] = rows;
  const events = rows.filter(({ id }) => id !== null).map(toEnvelope);
  const complete = found === null || (found < limit && found === events.length);
  const head = complete ? looked : (events.at(-1)?.position ?? after);
  return { events, head, more: head < last };
}
const UNLIMITED = Number.MAX_SAFE_INTEGER;
const LOOKED_THROUGH = 5_000;
/** More than an envelope's own words need: names of fields, id, position, moment. */
const ENVELOPE_BYTES = 200;

const READ = `
  with looked as (
    select position as last, least(position, $1::bigint + ${LOOKED_THROUGH}) as looked from feed_head
  ), found as (
    select id, name, position, at, trace_id, actor, data,
      ${ENVELOPE_BYTES} + octet_length(data::text) + octet_length(name)
        + coalesce(octet_length(trace_id), 0) + coalesce(octet_length(actor), 0) as bytes
    from event
    where position > $1 and position <= (select looked from looked)
      and ($3::text[] is null or name = any($3))
    order by position limit $2
  ), weighed as (
    select *, sum(bytes) over (order by position) as total,
      row_number() over (order by position) as n, count(*) over () as found
    from found
  )
  select last, looked, found, id, name, position, at, trace_id, actor, bytes > $5::bigint as omitted, bytes,
    case when bytes <= $5::bigint then data end as data
  from looked left join weighed on total <= $4::bigint or n = 1
  order by position`;

const toEnvelope = (row: EventRow): Envelope => ({
  id: row.id,
  name: row.name,
  position: row.position,
  at: row.at.toISOString(),
  ...(row.trace_id !== null && { traceId: row.trace_id }),
  ...(row.actor !== null && { actor: row.actor }),
  data: row.data,
  ...(row.omitted && { omittedBytes: row.bytes }),
});

interface EventRow {
  last: number;
  looked: number;
  /** Number of events before they are cut by bytes; null, as all the rest, if there are none. */
  found: number | null;
  id: string;
  name: string;
  position: number;
  at: Date;
  trace_id: string | null;
  actor: string | null;
  bytes: number;
  omitted: boolean;
  data: unknown;
}
