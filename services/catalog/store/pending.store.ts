/** Stock that the catalogue has published and inventory has not read yet. */
import type { Sql } from "../../../lib/sql.ts";

/** So far back is looked, and no further; the bound also keeps the statement on its index. */
const FAR_BEHIND = 100_000;
const DECLARES_STOCK = `name in ('variant.created', 'variant.updated')
  and key = any($1::text[]) and data->'stock' <> '[]'::jsonb`;

/**
 * Returns those of the variants whose stock was published after position `heard` of the feed or has
 * no position yet; undefined when that is too long ago to read. Fast in the usual case of none.
 */
export async function pendingStock(
  sql: Sql,
  position: number,
  variantIds: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  const feed = await sql.row<{ head: number; more: boolean }>(
    `select position as head, exists (select 1 from event where position is null) as more
     from feed_head`,
  );
  const behind = (feed?.head ?? 0) - position;
  if (behind <= 0 && !feed?.more) return new Set();
  if (behind > FAR_BEHIND) return undefined;
  const rows = await sql.rows<{ key: string }>(
    `select key from event
     where position > $2 and position <= $2::bigint + ${FAR_BEHIND} and ${DECLARES_STOCK}
     union select key from event where position is null and ${DECLARES_STOCK}`,
    [variantIds, position],
  );
  return new Set(rows.map(({ key }) => key));
}
