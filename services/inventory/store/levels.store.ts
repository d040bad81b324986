/** Reading how many there are: for people of the shop, for shoppers, and the ledger. */
import type { Sql } from "../../../lib/sql.ts";
import { availableAt, LOW, stateOf } from "../domain/shelves.ts";
import type { LedgerEntry, StockLevel, VariantStock } from "../inventory.contract.ts";

/** Which stores may be seen; null for all. */
export type Reach = readonly string[] | null;
export interface LevelFilter {
  readonly reach: Reach;
  readonly storeId?: string | undefined;
  readonly variantId?: string | undefined;
  readonly low?: boolean | undefined;
  readonly limit: number;
}
type Key = readonly unknown[] | undefined;

/** By store and variant, after `key`; one more than the limit. */
export async function stockLevels(
  sql: Sql,
  { reach, storeId, variantId, low, limit }: LevelFilter,
  key: Key,
): Promise<StockLevel[]> {
  const rows = await sql.rows<Omit<StockLevel, "available" | "state">>(
    `select s.location_id as "storeId", l.code as "storeCode", s.variant_id as "variantId", v.sku,
       s.on_hand as "onHand", s.reserved
     from stock s join location l on l.id = s.location_id
       join stocked_variant v on v.variant_id = s.variant_id
     where l.kind in ('store', 'warehouse')
       and ($1::uuid[] is null or s.location_id = any($1))
       and ($2::uuid is null or s.location_id = $2) and ($3::uuid is null or s.variant_id = $3)
       and (not $4 or s.on_hand - s.reserved <= ${LOW})
       and ($5::uuid is null or (s.location_id, s.variant_id) > ($5, $6::uuid))
     order by s.location_id, s.variant_id limit $7`,
    [reach, storeId ?? null, variantId ?? null, low ?? false, key?.[0], key?.[1], limit + 1],
  );
  return rows.map(withState);
}

function withState<R extends { onHand: number; reserved: number }>(row: R) {
  const available = availableAt(row);
  return { ...row, available, state: stateOf(available) };
}

/** By variant over all stores in reach, after `key` (variant); one more than the limit. */
export async function variantStocks(
  sql: Sql,
  { reach, variantId, low, limit }: LevelFilter,
  key: Key,
): Promise<VariantStock[]> {
  const rows = await sql.rows<Omit<VariantStock, "state">>(
    `select v.variant_id as "variantId", v.sku, coalesce(s.on_hand, 0)::bigint as "onHand",
       coalesce(s.reserved, 0)::bigint as reserved,
       coalesce(s.available, 0)::bigint as available,
       coalesce(t.quantity, 0)::bigint as "inTransit"
     from stocked_variant v
       left join lateral (
         select sum(on_hand) as on_hand, sum(reserved) as reserved,
           sum(greatest(0, on_hand - reserved)) filter (where l.closed_at is null) as available
         from stock join location l on l.id = location_id
         where variant_id = v.variant_id and l.kind in ('store', 'warehouse')
           and ($1::uuid[] is null or location_id = any($1))
       ) s on true
       left join lateral (
         select sum(sent - received - lost - returned) as quantity
         from transfer_line join transfer on id = transfer_id
         where variant_id = v.variant_id and state = 'shipped'
           and ($1::uuid[] is null or to_location = any($1))
       ) t on true
     where v.stocked and ($2::uuid is null or v.variant_id = $2)
       and (not $3 or coalesce(s.available, 0) <= ${LOW})
       and ($4::uuid is null or v.variant_id > $4)
     order by v.variant_id limit $5`,
    [reach, variantId ?? null, low ?? false, key?.[0], limit + 1],
  );
  return rows.map((row) => ({ ...row, state: stateOf(row.available) }));
}

/** What of these variants is free at each open store, those that ship web orders first. */
export const freeStock = (
  sql: Sql,
  variantIds: readonly string[],
): Promise<{ variantId: string; storeId: string; available: number }[]> =>
  sql.rows(
    `select s.variant_id as "variantId", s.location_id as "storeId",
       greatest(0, s.on_hand - s.reserved) as available
     from stock s join location l on l.id = s.location_id
     where s.variant_id = any($1::uuid[]) and l.kind in ('store', 'warehouse')
       and l.closed_at is null
     order by not l.ships_web, l.priority, l.code`,
    [variantIds],
  );

/**
 * Of those that are stocked, how many are at a store, with what waits to be put there; without a
 * store, how many wait for the first that ships web orders.
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

export interface LedgerFilter extends LevelFilter {
  readonly reference?: string | undefined;
  readonly reason?: string | undefined;
}

/** The ledger from the newest on, after `key` (id); one more than the limit. */
export async function ledger(
  sql: Sql,
  { reach, storeId, variantId, reference, reason, limit }: LedgerFilter,
  key: Key,
): Promise<LedgerEntry[]> {
  const rows = await sql.rows<LedgerRow>(
    `select m.id, m.at, m.variant_id as "variantId", v.sku, m.quantity, m.reason, m.reference,
       m.note, m.actor,
       jsonb_build_object('id', f.id, 'code', f.code, 'kind', f.kind) as "from",
       jsonb_build_object('id', t.id, 'code', t.code, 'kind', t.kind) as "to"
     from movement m join location f on f.id = m.from_location
       join location t on t.id = m.to_location
       join stocked_variant v on v.variant_id = m.variant_id
     where ($1::uuid[] is null or m.from_location = any($1) or m.to_location = any($1))
       and ($2::uuid is null or m.from_location = $2 or m.to_location = $2)
       and ($3::uuid is null or m.variant_id = $3) and ($4::uuid is null or m.reference = $4)
       and ($5::text is null or m.reason = $5) and ($6::bigint is null or m.id < $6)
     order by m.id desc limit $7`,
    [
      reach,
      storeId ?? null,
      variantId ?? null,
      reference ?? null,
      reason ?? null,
      key?.[0],
      limit + 1,
    ],
  );
  return rows.map(({ at, reference, note, actor, ...entry }) => ({
    ...entry,
    at: at.toISOString(),
    ...(reference !== null && { reference }),
    ...(note !== null && { note }),
    ...(actor !== null && { actor }),
  }));
}
interface LedgerRow extends Omit<LedgerEntry, "at" | "reference" | "note" | "actor"> {
  at: Date;
  reference: string | null;
  note: string | null;
  actor: string | null;
}
