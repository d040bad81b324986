/** Reading how many there are: for people of the shop, and for shoppers. */
import type { Sql } from "../../../lib/sql.ts";
import { availableAt, LOW, stateOf } from "../domain/shelves.ts";
import type { StockLevel, VariantStock } from "../inventory.contract.ts";

/** The stores that the caller may see; null for all. */
export type VisibleStores = readonly string[] | null;
interface LevelFilter {
  readonly visible: VisibleStores;
  readonly storeId?: string | undefined;
  readonly variantId?: string | undefined;
  readonly low?: boolean | undefined;
  readonly limit: number;
}
type Key = readonly unknown[] | undefined;

/** Reads levels after `key`, in its order, one more than the limit; named stores one by one. */
export async function stockLevels(
  sql: Sql,
  { visible, storeId, variantId, low, limit }: LevelFilter,
  key: Key,
): Promise<StockLevel[]> {
  const stores = storeId === undefined ? visible : [storeId];
  const values: unknown[] = [limit + 1, ...(stores ? [stores] : [])];
  const shelves = `select * from stock where true
    ${stores ? "and location_id = store" : ""} ${low ? "and low" : ""}
    ${variantId === undefined ? "" : `and variant_id = $${values.push(variantId)}`}
    ${key ? `and (location_id, variant_id) > ($${values.push(key[0])}, $${values.push(key[1])}::uuid)` : ""}
    order by location_id, variant_id`;
  const source = stores
    ? `(select s.* from unnest($2::uuid[]) as store cross join lateral (${shelves} limit $1) as s)`
    : `(${shelves})`;
  const rows = await sql.rows<Omit<StockLevel, "available" | "state">>(
    `select s.location_id as "storeId", l.code as "storeCode", s.variant_id as "variantId", v.sku,
       s.on_hand as "onHand", s.reserved
     from ${source} as s join location l on l.id = s.location_id
       join stocked_variant v on v.variant_id = s.variant_id
     where l.kind in ('store', 'warehouse')
     order by s.location_id, s.variant_id limit $1`,
    values,
  );
  return rows.map(withState);
}

function withState<R extends { onHand: number; reserved: number }>(row: R) {
  const available = availableAt(row);
  return { ...row, available, state: stateOf(available) };
}

/**
 * Sums stock by variant over all visible stores, after `key` (variant); one more than the limit.
 * For `low`, an index excludes most of the others before anything is summed.
 */
export async function variantStocks(
  sql: Sql,
  { visible, variantId, low, limit }: LevelFilter,
  key: Key,
): Promise<VariantStock[]> {
  const values: unknown[] = [limit + 1, ...(visible ? [visible] : [])];
  const within = (column: string) => (visible ? `and ${column} = any($2::uuid[])` : "");
  const perhapsLow = visible
    ? `and not exists (
         select 1 from stock join location l on l.id = location_id
         where variant_id = v.variant_id and not low and l.closed_at is null ${within("location_id")})`
    : "and v.low";
  const rows = await sql.rows<Omit<VariantStock, "state">>(
    `with shown as (
       select v.variant_id, v.sku, s.* from stocked_variant v
         cross join lateral (
           select coalesce(sum(on_hand), 0)::bigint as "onHand",
             coalesce(sum(reserved), 0)::bigint as reserved,
             coalesce(sum(greatest(0, on_hand - reserved)) filter (where l.closed_at is null), 0)
               ::bigint as available
           from stock join location l on l.id = location_id
           where variant_id = v.variant_id and l.kind in ('store', 'warehouse')
             ${within("location_id")}
         ) as s
       where v.stocked ${low ? `${perhapsLow} and s.available <= ${LOW}` : ""}
         ${variantId === undefined ? "" : `and v.variant_id = $${values.push(variantId)}`}
         ${key ? `and v.variant_id > $${values.push(key[0])}` : ""}
       order by v.variant_id limit $1
     )
     select variant_id as "variantId", sku, "onHand", reserved, available,
       coalesce(t.quantity, 0)::bigint as "inTransit"
     from shown left join (
       select variant_id, sum(sent - received - lost - returned) as quantity
       from transfer join transfer_line on transfer_id = id
       where state = 'shipped' and variant_id in (select variant_id from shown)
         ${within("to_location")}
       group by variant_id
     ) as t using (variant_id)
     order by variant_id`,
    values,
  );
  return rows.map((row) => ({ ...row, state: stateOf(row.available) }));
}

interface FreeStock {
  readonly variantId: string;
  readonly storeId: string;
  readonly available: number;
  /** Over all open stores, also those that are left out. */
  readonly total: number;
}

/** Reads the available quantity at the first `most` open stores, those that ship first. */
export const freeStock = (
  sql: Sql,
  variantIds: readonly string[],
  most: number,
): Promise<FreeStock[]> =>
  sql.rows(
    `select "variantId", "storeId", available, total from (
       select s.variant_id as "variantId", s.location_id as "storeId",
         greatest(0, s.on_hand - s.reserved) as available,
         (sum(greatest(0, s.on_hand - s.reserved)) over (partition by variant_id))::bigint as total,
         row_number() over (partition by variant_id order by not ships_web, priority, code) as n
       from stock s join location l on l.id = s.location_id
       where s.variant_id = any($1::uuid[]) and l.kind in ('store', 'warehouse')
         and l.closed_at is null
     ) as open where n <= $2 order by "variantId", n`,
    [variantIds, most],
  );

/**
 * Reads the quantity of stocked variants at a store, including stock that waits to be posted there;
 * without a store, the stock that waits for the first one that ships web orders.
 */
export const levelsAt = (
  sql: Sql,
  store: { id: string; code: string } | undefined,
  variantIds: readonly string[],
): Promise<{ variantId: string; onHand: number }[]> =>
  sql.rows(
    `select v.variant_id as "variantId",
       (coalesce(s.on_hand, 0) + coalesce(u.quantity, 0))::bigint as "onHand"
     from stocked_variant v
       left join stock s on s.variant_id = v.variant_id and s.location_id = $1
       left join (
         select variant_id, sum(quantity) as quantity from unplaced_stock
         where (store_code is null or store_code = $2) and variant_id = any($3)
         group by variant_id
       ) u on u.variant_id = v.variant_id
     where v.variant_id = any($3::uuid[]) and v.stocked`,
    [store?.id ?? null, store?.code ?? null, variantIds],
  );
