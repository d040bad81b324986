/** A stocktake that is being closed: its lines are corrected in steps, each in its transaction. */
import type { Sql } from "../../../lib/sql.ts";

export const beginClosing = (sql: Sql, stocktakeId: string): Promise<number> =>
  sql.run("update stocktake set state = 'closing' where id = $1 and state = 'open'", [stocktakeId]);

/** Lists stocktakes whose closing has begun and perhaps not ended. */
export async function closingStocktakes(sql: Sql): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    "select id from stocktake where state = 'closing' order by id limit 100",
  );
  return rows.map(({ id }) => id);
}

export interface CountedLine {
  readonly variantId: string;
  readonly difference: number;
}

/** The next counted lines, by variant, at most `limit`. Locked before. */
export const nextCounted = (sql: Sql, stocktakeId: string, limit: number): Promise<CountedLine[]> =>
  sql.rows<CountedLine>(
    `select variant_id as "variantId", counted - expected as difference
     from stocktake_count
     where stocktake_id = $1 and counted is not null and variant_id > coalesce(
       (select closed_through from stocktake where id = $1),
       '00000000-0000-0000-0000-000000000000')
     order by variant_id limit $2`,
    [stocktakeId, limit],
  );

/** Writes what was corrected of `changes`, which are in the order of their variants. */
export async function keepChanges(
  sql: Sql,
  stocktakeId: string,
  changes: readonly { variantId: string; onHand: number }[],
): Promise<void> {
  await sql.run(
    `with line as (
       update stocktake_count c set change = n.change
       from unnest($2::uuid[], $3::bigint[]) as n (variant_id, change)
       where c.stocktake_id = $1 and c.variant_id = n.variant_id
       returning c.change
     )
     update stocktake set closed_through = $4, corrected_count = corrected_count
       + (select count(*) from line where change <> 0)
     where id = $1`,
    [
      stocktakeId,
      changes.map(({ variantId }) => variantId),
      changes.map(({ onHand }) => onHand),
      changes.at(-1)?.variantId ?? null,
    ],
  );
}

export const endClosing = (sql: Sql, stocktakeId: string): Promise<number> =>
  sql.run(
    "update stocktake set state = 'closed', closed_at = now() where id = $1 and state = 'closing'",
    [stocktakeId],
  );
