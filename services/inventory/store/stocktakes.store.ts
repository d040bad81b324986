/** The rows of stocktakes and what was counted. */
import { loads } from "../../../lib/access.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { Stocktake, StocktakeLine } from "../inventory.contract.ts";
import type { VisibleStores } from "./levels.store.ts";
import type { InventoryService } from "../inventory.types.ts";
import { Stocktakes } from "./tables.ts";

/** False if the store is being counted. Without `variantIds`, all that the store has ever had. */
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
    `with line as (
       insert into stocktake_count (stocktake_id, variant_id)
       select $1, variant_id from stocked_variant
       where ($3::uuid[] is null and stocked
           and variant_id in (select variant_id from stock where location_id = $2))
         or variant_id = any($3)
       returning 1
     ) update stocktake set line_count = (select count(*) from line) where id = $1`,
    [id, storeId, variantIds ?? null],
  );
  return true;
}

/** The one that is open, or is being closed, at a store. */
export const unclosedAt = async (sql: Sql, storeId: string): Promise<string | undefined> =>
  (
    await sql.row<{ id: string }>(
      "select id from stocktake where location_id = $1 and state <> 'closed'",
      [storeId],
    )
  )?.id;

/** The newest first, after `key` (id); one more than the limit. */
export async function listStocktakes(
  sql: Sql,
  filter: {
    visible: VisibleStores;
    storeId?: string | undefined;
    state?: string | undefined;
    limit: number;
  },
  key: readonly unknown[] | undefined,
): Promise<Stocktake[]> {
  const rows = await sql.rows(
    `select ${Stocktakes.columns} from stocktake
     where ($1::uuid[] is null or location_id = any($1)) and ($2::uuid is null or location_id = $2)
       and ($3::text is null or state = $3) and ($4::uuid is null or id < $4)
     order by id desc limit $5`,
    [filter.visible, filter.storeId ?? null, filter.state ?? null, key?.[0], filter.limit + 1],
  );
  return rows.map(Stocktakes.read);
}

interface LineRow {
  variant_id: string;
  sku: string;
  expected: number | null;
  counted: number | null;
  counted_at: Date | null;
  change: number | null;
}
/** Each of these conditions has its index. */
const ONLY = { differing: "and counted <> expected", uncounted: "and counted is null", all: "" };

/** Reads lines by variant, after `key` (variant); one more than the limit. */
export async function stocktakeLines(
  sql: Sql,
  { stocktakeId, only, limit }: { stocktakeId: string; only: keyof typeof ONLY; limit: number },
  key: readonly unknown[] | undefined,
): Promise<StocktakeLine[]> {
  const rows = await sql.rows<LineRow>(
    `select c.variant_id, sku, expected, counted, counted_at, change
     from stocktake_count c join stocked_variant v on v.variant_id = c.variant_id
     where stocktake_id = $1 ${key ? "and c.variant_id > $3" : ""} ${ONLY[only]}
     order by c.variant_id limit $2`,
    [stocktakeId, limit + 1, ...(key ?? [])],
  );
  return rows.map(toLine);
}

const toLine = (row: LineRow): StocktakeLine => ({
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

interface Count {
  readonly variantId: string;
  readonly expected: number;
  readonly counted: number;
}

/** Writes what was counted, and what that makes of the totals. Locked before. */
export const upsertCounts = (
  sql: Sql,
  { stocktakeId, by }: { stocktakeId: string; by: string },
  counts: readonly Count[],
): Promise<number> =>
  sql.run(
    `with before as (
       select count(*) as lines, count(counted) as counted,
         count(*) filter (where counted <> expected) as differing
       from stocktake_count where stocktake_id = $1 and variant_id = any($3)
     ), line as (
       insert into stocktake_count
         (stocktake_id, variant_id, expected, counted, counted_at, counted_by)
       select $1, variant_id, expected, counted, now(), $2
       from unnest($3::uuid[], $4::bigint[], $5::bigint[]) as c (variant_id, expected, counted)
       on conflict (stocktake_id, variant_id) do update set expected = excluded.expected,
         counted = excluded.counted, counted_at = now(), counted_by = excluded.counted_by
       returning counted <> expected as differs
     )
     update stocktake set line_count = line_count + n.lines - before.lines,
       counted_count = counted_count + n.lines - before.counted,
       differing_count = differing_count + n.differing - before.differing
     from before,
       (select count(*) as lines, count(*) filter (where differs) as differing from line) as n
     where id = $1`,
    [
      stocktakeId,
      by,
      counts.map(({ variantId }) => variantId),
      counts.map(({ expected }) => expected),
      counts.map(({ counted }) => counted),
    ],
  );

/** Loads the store of a stocktake, for the check of access. */
export const stocktakeLoader = loads(
  ({ db }: InventoryService, id) => Stocktakes.find(db.sql, id),
  ({ storeId }) => ({ storeIds: [storeId] }),
);
