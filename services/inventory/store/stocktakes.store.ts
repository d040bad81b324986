/** The rows of stocktakes and what was counted. */
import { loads } from "../../../lib/access.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { Stocktake } from "../inventory.contract.ts";
import type { InventoryService } from "./tables.ts";

interface StocktakeRow {
  id: string;
  location_id: string;
  state: Stocktake["state"];
  started_at: Date;
  closed_at: Date | null;
}
interface CountRow {
  variant_id: string;
  sku: string;
  expected: number | null;
  counted: number | null;
  counted_at: Date | null;
  change: number | null;
}

/** False if one is open at the store. Without `variantIds`, all that the store has ever had. */
export async function insertStocktake(
  sql: Sql,
  { id, storeId, by }: { id: string; storeId: string; by: string },
  variantIds: readonly string[] | undefined,
): Promise<boolean> {
  const begun = await sql.run(
    `insert into stocktake (id, location_id, state, started_by) values ($1, $2, 'open', $3)
     on conflict do nothing`,
    [id, storeId, by],
  );
  if (begun === 0) return false;
  await sql.run(
    `insert into stocktake_count (stocktake_id, variant_id)
     select $1, variant_id from stocked_variant
     where ($3::uuid[] is null and stocked
         and variant_id in (select variant_id from stock where location_id = $2))
       or variant_id = any($3)`,
    [id, storeId, variantIds ?? null],
  );
  return true;
}

export async function findStocktake(sql: Sql, id: string): Promise<Stocktake | undefined> {
  const row = await sql.row<StocktakeRow>(
    "select id, location_id, state, started_at, closed_at from stocktake where id = $1",
    [id],
  );
  if (!row) return undefined;
  const lines = await sql.rows<CountRow>(
    `select c.variant_id, sku, expected, counted, counted_at, change
     from stocktake_count c join stocked_variant v on v.variant_id = c.variant_id
     where stocktake_id = $1 order by sku, c.variant_id`,
    [id],
  );
  return {
    id: row.id,
    storeId: row.location_id,
    state: row.state,
    lines: lines.map(toLine),
    startedAt: row.started_at.toISOString(),
    ...(row.closed_at && { closedAt: row.closed_at.toISOString() }),
  };
}

const toLine = (row: CountRow): Stocktake["lines"][number] => ({
  variantId: row.variant_id,
  sku: row.sku,
  ...(row.expected !== null &&
    row.counted !== null && {
      expected: row.expected,
      counted: row.counted,
      difference: row.counted - row.expected,
    }),
  ...(row.counted_at && { countedAt: row.counted_at.toISOString() }),
  ...(row.change !== null && { change: row.change }),
});

/** Held until the transaction ends: no count comes while it is closed. */
export async function lockStocktake(sql: Sql, id: string): Promise<Stocktake | undefined> {
  const held = await sql.row("select id from stocktake where id = $1 for update", [id]);
  return held && findStocktake(sql, id);
}

export interface Count {
  readonly variantId: string;
  readonly expected: number;
  readonly counted: number;
}
export const putCounts = (
  sql: Sql,
  { stocktakeId, by }: { stocktakeId: string; by: string },
  counts: readonly Count[],
): Promise<number> =>
  sql.run(
    `insert into stocktake_count
       (stocktake_id, variant_id, expected, counted, counted_at, counted_by)
     select $1, variant_id, expected, counted, now(), $2
     from unnest($3::uuid[], $4::bigint[], $5::bigint[]) as c (variant_id, expected, counted)
     on conflict (stocktake_id, variant_id) do update set expected = excluded.expected,
       counted = excluded.counted, counted_at = now(), counted_by = excluded.counted_by`,
    [
      stocktakeId,
      by,
      counts.map(({ variantId }) => variantId),
      counts.map(({ expected }) => expected),
      counts.map(({ counted }) => counted),
    ],
  );

export async function closeStocktakeRow(
  sql: Sql,
  stocktakeId: string,
  changes: readonly { variantId: string; change: number }[],
): Promise<void> {
  await sql.run(
    `update stocktake_count c set change = n.change
     from unnest($2::uuid[], $3::bigint[]) as n (variant_id, change)
     where c.stocktake_id = $1 and c.variant_id = n.variant_id`,
    [stocktakeId, changes.map(({ variantId }) => variantId), changes.map(({ change }) => change)],
  );
  const closed = await sql.run(
    `update stocktake set state = 'closed', closed_at = now() where id = $1 and state = 'open'`,
    [stocktakeId],
  );
  if (closed !== 1) throw new Error("A stocktake was closed that is not open.");
}

/** How the store of a stocktake is found. */
export const stocktakeLoader = loads(
  ({ db }: InventoryService, id) =>
    db.sql.row<{ storeId: string }>(`select location_id as "storeId" from stocktake where id = $1`, [id]),
  ({ storeId }) => ({ storeIds: [storeId] }),
);
