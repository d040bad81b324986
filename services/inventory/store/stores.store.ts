/** SQL beside the table of stores: locks of several, closing an empty one, distances. */
import type { Sql } from "../../../lib/sql.ts";
import type { FullStore } from "../domain/store.ts";
import type { NearbyStore } from "../inventory.contract.ts";
import { Stores } from "./tables.ts";

const OURS = "kind in ('store', 'warehouse')";

/** Locks the existing stores among `codes`, in the order of their codes. */
export async function lockByCodes(sql: Sql, codes: readonly string[]): Promise<FullStore[]> {
  const rows = await sql.rows(
    `select ${Stores.columns} from location where code = any($1::text[]) and ${OURS}
     order by code for no key update`,
    [codes],
  );
  return rows.map(Stores.read);
}

/**
 * Reads which of `storeIds` exist and are open. They are locked until the transaction ends, so that
 * none closes while stock is posted there.
 */
export async function keepOpen(
  sql: Sql,
  storeIds: readonly string[],
): Promise<Map<string, { code: string; open: boolean }>> {
  const rows = await sql.rows<{ id: string; code: string; open: boolean }>(
    `select id, code, closed_at is null as open from location
     where id = any($1::uuid[]) and ${OURS} order by id for share`,
    [storeIds],
  );
  return new Map(rows.map(({ id, code, open }) => [id, { code, open }]));
}

/** Undefined while something is there, or on its way there. The store is locked before. */
export async function closeEmpty(sql: Sql, storeId: string): Promise<FullStore | undefined> {
  const row = await sql.row(
    `update location set closed_at = now(), version = version + 1, updated_at = now()
     where id = $1 and closed_at is null
       and not exists (select 1 from stock where location_id = $1
         and (on_hand <> 0 or reserved <> 0))
       and not exists (select 1 from transfer where state = 'shipped'
         and (to_location = $1 or from_location = $1))
       and not exists (select 1 from unplaced_stock where store_code = code)
     returning ${Stores.columns}`,
    [storeId],
  );
  return row && Stores.read(row);
}

interface StoreSearch {
  readonly q: string | undefined;
  readonly kind: string | undefined;
  readonly limit: number;
}
const patternOf = (q: string) => `%${q.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;

/** Open stores by their distance over the sphere (haversine), after `key` (distance, id). */
export async function storesByDistance(
  sql: Sql,
  { q, kind, limit }: StoreSearch,
  [latitude, longitude]: readonly [number, number],
  key: readonly unknown[] | undefined,
): Promise<NearbyStore[]> {
  const rows = await sql.rows<{ distance: number }>(
    `select * from (
       select ${Stores.columns}, 2 * 6371.0088 * asin(least(1, sqrt(
         power(sin(radians(latitude - $6::float8) / 2), 2) + cos(radians($6::float8))
           * cos(radians(latitude)) * power(sin(radians(longitude - $7::float8) / 2), 2)
       ))) as distance
       from location
       where closed_at is null and ${OURS} and latitude is not null and ($1::text is null or kind = $1)
         and ($2::text is null or lower(search_text) like $2)
     ) as found
     where ($3::float8 is null or (distance, id) > ($3, $4::uuid))
     order by distance, id limit $5`,
    [
      kind ?? null,
      q === undefined ? null : patternOf(q),
      key?.[0] ?? null,
      key?.[1] ?? null,
      limit + 1,
      latitude,
      longitude,
    ],
  );
  return rows.map((row) => ({ ...Stores.shown(Stores.read(row)), distanceKm: row.distance }));
}
