/** Events that a consumer has put aside because it could not react to them, in its own database. */
import type { Envelope } from "./feed.ts";
import { type DeadLetter, EventWithoutData } from "./operations.ts";
import type { Sql } from "./sql.ts";

/** Puts an event aside that could not be reacted to: operators see it and replay it. */
export const saveDeadLetter = (
  sql: Sql,
  producer: string,
  event: Envelope,
  error: string,
  tries: number,
) =>
  sql.run(
    `insert into dead_letter (producer, position, event, error, tries)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [producer, event.position, JSON.stringify(event), error.slice(0, 2_000), tries],
  );

interface Row {
  producer: string;
  position: number;
  event: Envelope;
  error: string;
  tries: number;
  at: Date;
}
/** Limits the list that an operator sees; the next ones appear when these are resolved. */
const SHOWN = 100;

/** The oldest first: those after it may have failed because of it. */
export async function listDeadLetters(sql: Sql): Promise<DeadLetter[]> {
  const rows = await sql.rows<Row>(
    `select producer, position, event, error, tries, at from dead_letter
     where replayed_at is null order by at, producer, position limit $1`,
    [SHOWN],
  );
  return rows.map(({ event, at, ...row }) => ({
    ...row,
    name: event.name,
    at: at.toISOString(),
    ...(event.traceId !== undefined && { traceId: event.traceId }),
  }));
}

/**
 * Locks a dead letter for a replay in the transaction of `sql`.
 * @throws EventWithoutData (409) when the event came without its data.
 */
export async function takeDeadLetter(
  sql: Sql,
  producer: string,
  position: number,
): Promise<Envelope<never> | undefined> {
  const row = await sql.row<{ event: Envelope<never> }>(
    `select event from dead_letter
     where producer = $1 and position = $2 and replayed_at is null for update`,
    [producer, position],
  );
  const { name, omittedBytes: bytes } = row?.event ?? {};
  if (name !== undefined && bytes !== undefined) throw EventWithoutData({ name, bytes });
  return row?.event;
}

/** Must run in the transaction of the replay's effect. */
export const noteReplay = (sql: Sql, producer: string, position: number) =>
  sql.run(
    `update dead_letter set replayed_at = now()
     where producer = $1 and position = $2 and replayed_at is null`,
    [producer, position],
  );
