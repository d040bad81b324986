/** The rows of stores and warehouses. The ledger's virtual locations are not answered from here. */
import type { Sql } from "../../../lib/sql.ts";
import type { FullStore } from "../domain/store.ts";
import type { NearbyStore, Store } from "../inventory.contract.ts";

interface StoreRow {
  id: string;
  code: string;
  name: string;
  kind: Store["kind"];
  address: Store["address"];
  latitude: number | null;
  longitude: number | null;
  time_zone: string;
  hours: NonNullable<Store["hours"]> | null;
  phone: string | null;
  priority: number;
  ships_web: boolean;
  version: number;
  created_at: Date;
  updated_at: Date;
  closed_at: Date | null;
}
const COLUMNS = `id, code, name, kind, address, latitude, longitude, time_zone, hours, phone, priority,
  ships_web, version, created_at, updated_at, closed_at`;
const OURS = "kind in ('store', 'warehouse')";

export async function findStore(sql: Sql, storeId: string): Promise<FullStore | undefined> {
  const row = await sql.row<StoreRow & { configuration: Record<string, unknown> }>(
    `select ${COLUMNS}, configuration from location where id = $1 and ${OURS}`,
    [storeId],
  );
  return row && { ...toStore(row), configuration: row.configuration };
}

/** Those of `codes` that exist, locked in the order of their codes. */
export async function lockByCodes(sql: Sql, codes: readonly string[]): Promise<FullStore[]> {
  const rows = await sql.rows<StoreRow & { configuration: Record<string, unknown> }>(
    `select ${COLUMNS}, configuration from location where code = any($1::text[]) and ${OURS}
     order by code for no key update`,
    [codes],
  );
  return rows.map((row) => ({ ...toStore(row), configuration: row.configuration }));
}

/**
 * The stores of `storeIds` that exist, and whether each is open. They stay as they are until the
 * transaction ends: nobody closes one while stock is put there.
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

/** Keeps everybody else from putting stock there, or from closing it too. */
export async function lockStore(sql: Sql, storeId: string): Promise<FullStore | undefined> {
  const held = await sql.row(`select id from location where id = $1 and ${OURS} for update`, [
    storeId,
  ]);
  return held && findStore(sql, storeId);
}

const values = (store: FullStore): unknown[] => [
  store.id,
  store.code,
  store.name,
  store.kind,
  JSON.stringify(store.address),
  store.latitude ?? null,
  store.longitude ?? null,
  store.timeZone,
  store.hours ? JSON.stringify(store.hours) : null,
  store.phone ?? null,
  store.priority,
  store.shipsWeb,
  JSON.stringify(store.configuration),
];

/** Undefined if another store has its code. */
export async function insertStore(sql: Sql, store: FullStore): Promise<Store | undefined> {
  const row = await sql.row<StoreRow>(
    `insert into location (id, code, name, kind, address, latitude, longitude, time_zone, hours,
       phone, priority, ships_web, configuration)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (code) do nothing returning ${COLUMNS}`,
    values(store),
  );
  return row && toStore(row);
}

/** Undefined if the store is not at the version that was read. */
export async function updateStore(sql: Sql, store: FullStore): Promise<Store | undefined> {
  const row = await sql.row<StoreRow>(
    `update location set code = $2, name = $3, kind = $4, address = $5, latitude = $6,
       longitude = $7, time_zone = $8, hours = $9, phone = $10, priority = $11, ships_web = $12,
       configuration = $13, version = version + 1, updated_at = now()
     where id = $1 and version = $14 returning ${COLUMNS}`,
    [...values(store), store.version],
  );
  return row && toStore(row);
}

/** Undefined while something is there, or on its way there. Locked by `lockStore` before. */
export async function closeEmpty(sql: Sql, storeId: string): Promise<Store | undefined> {
  const row = await sql.row<StoreRow>(
    `update location set closed_at = now(), version = version + 1, updated_at = now()
     where id = $1 and closed_at is null
       and not exists (select 1 from stock where location_id = $1
         and (on_hand <> 0 or reserved <> 0))
       and not exists (select 1 from transfer where state = 'shipped'
         and (to_location = $1 or from_location = $1))
       and not exists (select 1 from unplaced_stock where store_code = code)
     returning ${COLUMNS}`,
    [storeId],
  );
  return row && toStore(row);
}

export interface StoreSearch {
  readonly q: string | undefined;
  readonly kind: string | undefined;
  readonly limit: number;
}
const FOUND = `closed_at is null and ${OURS} and ($1::text is null or kind = $1)
  and ($2::text is null or name ilike $2 or code ilike $2
    or address->>'city' ilike $2 or address->>'postalCode' ilike $2)`;
const patternOf = (q: string | undefined) =>
  q === undefined ? null : `%${q.replace(/[\\%_]/g, "\\$&")}%`;

/** Open stores by name, after the one at `key` (name, id); one more than the limit. */
export async function storesByName(
  sql: Sql,
  { q, kind, limit }: StoreSearch,
  key: readonly unknown[] | undefined,
): Promise<Store[]> {
  const rows = await sql.rows<StoreRow>(
    `select ${COLUMNS} from location where ${FOUND}
       and ($3::text is null or (name, id) > ($3, $4::uuid))
     order by name, id limit $5`,
    [kind ?? null, patternOf(q), key?.[0] ?? null, key?.[1] ?? null, limit + 1],
  );
  return rows.map(toStore);
}

/** Open stores by their distance over the sphere (haversine), after `key` (distance, id). */
export async function storesByDistance(
  sql: Sql,
  { q, kind, limit }: StoreSearch,
  [latitude, longitude]: readonly [number, number],
  key: readonly unknown[] | undefined,
): Promise<NearbyStore[]> {
  const rows = await sql.rows<StoreRow & { distance: number }>(
    `select * from (
       select ${COLUMNS}, 2 * 6371.0088 * asin(least(1, sqrt(
         power(sin(radians(latitude - $6::float8) / 2), 2) + cos(radians($6::float8))
           * cos(radians(latitude)) * power(sin(radians(longitude - $7::float8) / 2), 2)
       ))) as distance
       from location where ${FOUND} and latitude is not null
     ) as found
     where ($3::float8 is null or (distance, id) > ($3, $4::uuid))
     order by distance, id limit $5`,
    [
      kind ?? null,
      patternOf(q),
      key?.[0] ?? null,
      key?.[1] ?? null,
      limit + 1,
      latitude,
      longitude,
    ],
  );
  return rows.map((row) => ({ ...toStore(row), distanceKm: row.distance }));
}

const toStore = (row: StoreRow): Store => ({
  id: row.id,
  code: row.code,
  name: row.name,
  kind: row.kind,
  address: row.address,
  ...(row.latitude !== null && { latitude: row.latitude }),
  ...(row.longitude !== null && { longitude: row.longitude }),
  timeZone: row.time_zone,
  ...(row.hours && { hours: row.hours }),
  ...(row.phone !== null && { phone: row.phone }),
  priority: row.priority,
  shipsWeb: row.ships_web,
  version: row.version,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  ...(row.closed_at && { closedAt: row.closed_at.toISOString() }),
});
