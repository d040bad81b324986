/**
 * Feeds after only a part of the company was restored. A consumer's cursor may then stand beyond the
 * head of a producer that has gone back: the producer gives those positions to new events, which the
 * consumer would take for old ones. It is put back to the head, so that it hears all that comes. The
 * other way round nothing is to do: a consumer that has gone back hears again what it has forgotten.
 */
import type { Client } from "pg";

/** `heads` by the names of producers. Answers those whose cursor was moved. */
export async function fitCursors(
  client: Client,
  heads: ReadonlyMap<string, number>,
): Promise<string[]> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regclass('public.feed_cursor') is not null as there",
  );
  if (!rows[0]?.there) return [];
  const given = [[...heads.keys()], [...heads.values()]];
  const moved = await client.query<{ producer: string }>(
    `update public.feed_cursor c set position = head, tries = 0, due_at = now(), error = null
     from unnest($1::text[], $2::bigint[]) as h (name, head)
     where c.producer = h.name and c.position > head returning producer`,
    given,
  );
  // They tell of events that have never been; new ones of the same position must find room.
  await client.query(
    `delete from public.dead_letter d using unnest($1::text[], $2::bigint[]) as h (name, head)
     where d.producer = h.name and d.position > head`,
    given,
  );
  return moved.rows.map(({ producer }) => producer);
}
