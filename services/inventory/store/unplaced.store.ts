/** Stock that the catalog says there is, put where it says: now, or when that store opens. */
import type { Sql, Tx } from "../../../lib/sql.ts";
import { SUPPLIER } from "../domain/places.ts";
import { changeStock, holdStock, insertMovements } from "./stock.store.ts";
import { publishAdjusted } from "./publishing.ts";
import type { InventoryDb } from "../inventory.types.ts";

interface DeclaredStock {
  readonly storeCode?: string | undefined;
  readonly quantity: number;
}
/** Counts those that belong to a store whose code is known. */
interface Placed {
  readonly storeId: string;
  readonly quantity: number;
}

/**
 * Looks up where stock belongs: the open store of the code, or, without one, that of the best
 * priority that ships web orders. They stay open until the transaction ends. What belongs to one store is summed; what has no place is apart.
 */
export async function placesOf(
  sql: Sql,
  input: readonly DeclaredStock[],
): Promise<{ placed: Placed[]; unplaced: DeclaredStock[] }> {
  const rows = await sql.rows<{ id: string; code: string; is_default: boolean }>(
    `select id, code, id is not distinct from (
       select id from location
       where ships_web and closed_at is null and kind in ('store', 'warehouse')
       order by priority, code limit 1) as is_default
     from location where closed_at is null and kind in ('store', 'warehouse')
       and (code = any($1::text[]) or ships_web)
     order by id for share`,
    [input.flatMap(({ storeCode }) => storeCode ?? [])],
  );
  const byCode = new Map(rows.map(({ code, id }) => [code, id]));
  const usual = rows.find(({ is_default }) => is_default)?.id;
  const sums = new Map<string, number>();
  const unplaced: DeclaredStock[] = [];
  for (const one of input) {
    const storeId = one.storeCode === undefined ? usual : byCode.get(one.storeCode);
    if (storeId === undefined) unplaced.push(one);
    else sums.set(storeId, (sums.get(storeId) ?? 0) + one.quantity);
  }
  const placed = [...sums].map(([storeId, quantity]) => ({ storeId, quantity }));
  return { placed, unplaced };
}

/** Stores the catalogue's declaration of a variant. An earlier quantity is overwritten. */
export const upsertVariant = (
  sql: Sql,
  { variantId, sku, stocked }: { variantId: string; sku: string; stocked: boolean },
): Promise<number> =>
  sql.run(
    `insert into stocked_variant (variant_id, sku, stocked) values ($1, $2, $3)
     on conflict (variant_id) do update set sku = excluded.sku, stocked = excluded.stocked`,
    [variantId, sku, stocked],
  );

/** Posts the first stock of a variant: entries supplier → store, published as adjustments. */
export async function receiveFirst(
  db: InventoryDb,
  tx: Tx,
  { commandId, variantId }: { commandId: string; variantId: string },
  placed: readonly Placed[],
): Promise<void> {
  const sql = db.in(tx);
  const some = placed.filter(({ quantity }) => quantity > 0);
  const keys = some.map(({ storeId }) => ({ storeId, variantId }));
  const stand = await holdStock(sql, [variantId], keys);
  const changes = some.map(({ storeId, quantity }) => ({
    storeId,
    variantId,
    onHand: quantity,
    reserved: 0,
  }));
  const after = await changeStock(db, tx, stand, changes);
  await insertMovements(
    sql,
    some.map(({ storeId, quantity }) => ({
      commandId,
      variantId,
      from: SUPPLIER,
      to: storeId,
      quantity,
      reason: "received",
    })),
  );
  publishAdjusted(db, tx, after, changes, "received");
}

/** Keeps stock for a store that is not there yet. */
export async function saveUnplaced(
  sql: Sql,
  { commandId, variantId }: { commandId: string; variantId: string },
  unplaced: readonly DeclaredStock[],
): Promise<void> {
  const some = unplaced.filter(({ quantity }) => quantity > 0);
  if (some.length === 0) return;
  const codes = some.map(({ storeCode }) => storeCode ?? null);
  // A newer declaration replaces the earlier one.
  await sql.run(
    `delete from unplaced_stock where variant_id = $1 and exists (
       select 1 from unnest($2::text[]) as u (code) where code is not distinct from store_code)`,
    [variantId, codes],
  );
  await sql.run(
    `insert into unplaced_stock (event_id, variant_id, store_code, quantity)
     select $1, $2, code, quantity from unnest($3::text[], $4::int[]) as u (code, quantity)`,
    [commandId, variantId, codes, some.map(({ quantity }) => quantity)],
  );
}
