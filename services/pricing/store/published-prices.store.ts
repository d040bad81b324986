/** The current prices as last published, and their history. */
import type { Sql } from "../../../lib/sql.ts";
import type { EffectivePrice, Tier } from "../domain/tariff.ts";

interface PublishedPrice {
  readonly tier: Tier;
  readonly priceMinor: number | null;
  readonly compareAtMinor: number | null;
  readonly changesAt: string | null;
}
interface PublishedPriceRow {
  variant_id: string;
  currency: string;
  min_quantity: number;
  amount_minor: number | null;
  compare_at_minor: number | null;
  changes_at: Date | null;
}

/** Reads the last published price of each tier. */
export async function publishedPrices(
  sql: Sql,
  variantIds: readonly string[],
): Promise<PublishedPrice[]> {
  const rows = await sql.rows<PublishedPriceRow>(
    `select variant_id, currency, min_quantity, amount_minor, compare_at_minor, changes_at
     from current_price where variant_id = any($1::uuid[])`,
    [variantIds],
  );
  return rows.map((row) => ({
    tier: { variantId: row.variant_id, currency: row.currency, minQuantity: row.min_quantity },
    priceMinor: row.amount_minor,
    compareAtMinor: row.compare_at_minor,
    changesAt: row.changes_at?.toISOString() ?? null,
  }));
}

const tierColumns = (tiers: readonly EffectivePrice[]) => [
  tiers.map(({ variantId }) => variantId),
  tiers.map(({ currency }) => currency),
  tiers.map(({ minQuantity }) => minQuantity),
  tiers.map(({ tariff }) => tariff?.priceMinor ?? null),
  tiers.map(({ tariff }) => tariff?.compareAtMinor ?? null),
];

export const savePublishedPrices = (sql: Sql, tiers: readonly EffectivePrice[]): Promise<number> =>
  sql.run(
    `insert into current_price (variant_id, currency, min_quantity, amount_minor,
                                compare_at_minor, changes_at)
     select * from unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::bigint[],
                          $6::timestamptz[])
     on conflict (variant_id, currency, min_quantity) do update
       set amount_minor = excluded.amount_minor, compare_at_minor = excluded.compare_at_minor,
           changes_at = excluded.changes_at`,
    [...tierColumns(tiers), tiers.map(({ changesAt }) => changesAt ?? null)],
  );

export const addHistory = (
  sql: Sql,
  tiers: readonly EffectivePrice[],
  { at, actor }: { at: string; actor: string | undefined },
): Promise<number> =>
  sql.run(
    `insert into price_history (variant_id, currency, min_quantity, amount_minor,
                                compare_at_minor, at, actor)
     select *, $6::timestamptz, $7
     from unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])`,
    [...tierColumns(tiers), at, actor ?? null],
  );

interface HistoryRow {
  at: Date;
  amount_minor: number | null;
  compare_at_minor: number | null;
}

/** The latest changes of what one piece cost, the newest first. */
export const historyOf = (
  sql: Sql,
  { variantId, currency, limit }: { variantId: string; currency: string; limit: number },
): Promise<HistoryRow[]> =>
  sql.rows<HistoryRow>(
    `select at, amount_minor, compare_at_minor from price_history
     where variant_id = $1 and currency = $2 and min_quantity = 1
     order by at desc, n desc limit $3`,
    [variantId, currency, limit],
  );

/** Variants whose price has become another one by itself, and when: the longest ago first. */
export async function dueVariants(sql: Sql, limit: number) {
  const rows = await sql.rows<{ variant_id: string; at: Date }>(
    `select variant_id, min(changes_at) as at from current_price
     where changes_at <= clock_timestamp() group by variant_id order by at limit $1`,
    [limit],
  );
  return rows.map(({ variant_id, at }) => ({ variantId: variant_id, at: at.toISOString() }));
}

export async function stillDue(sql: Sql, variantId: string, at: string): Promise<boolean> {
  const row = await sql.row(
    "select 1 as due from current_price where variant_id = $1 and changes_at = $2 limit 1",
    [variantId, at],
  );
  return row !== undefined;
}
