/** Stores, variants and orders for the tests of inventory, and the proof that the books are right. */
import { v7 } from "uuid";
import { SUPPLIER } from "../../../services/inventory/domain/places.ts";
import type { Allocation, ReserveStock } from "../../../services/inventory/inventory.contract.ts";
import type { Params } from "../../../lib/contract.ts";
import type { Sql } from "../../../lib/sql.ts";

let stores = 0;
/** A store as it is in the database. The lower its priority, the earlier it is asked. */
export async function aStore(
  sql: Sql,
  { priority = 100, kind = "store", shipsWeb = true } = {},
): Promise<string> {
  const storeId = v7();
  stores += 1;
  await sql.run(
    `insert into location (id, code, name, kind, priority, ships_web)
     values ($1, $2, $3, $4, $5, $6)`,
    [storeId, `T${stores}`, `Store ${stores}`, kind, priority, shipsWeb],
  );
  return storeId;
}

/** A variant of which `stock` says how many there are at which store, entered in the ledger too. */
export async function aVariant(
  sql: Sql,
  stock: Readonly<Record<string, number>> = {},
  { stocked = true } = {},
): Promise<string> {
  const variantId = v7();
  await sql.run("insert into stocked_variant (variant_id, sku, stocked) values ($1, $2, $3)", [
    variantId,
    `SKU-${variantId.slice(-6)}`,
    stocked,
  ]);
  for (const [storeId, onHand] of Object.entries(stock)) {
    await sql.run("insert into stock (location_id, variant_id, on_hand) values ($1, $2, $3)", [
      storeId,
      variantId,
      onHand,
    ]);
    if (onHand > 0)
      await sql.run(
        `insert into movement (command_id, variant_id, from_location, to_location, quantity, reason)
         values ($1, $2, $3, $4, $5, 'received')`,
        [v7(), variantId, SUPPLIER, storeId, onHand],
      );
  }
  return variantId;
}

/** `n` variants with `onHand` pieces each at the store, entered in the ledger too; by their ids. */
export async function manyVariants(
  sql: Sql,
  n: number,
  storeId: string,
  onHand = 10,
): Promise<string[]> {
  const made: string[] = [];
  // Each statement far below the longest that one may take.
  while (made.length < n)
    made.push(...(await someVariants(sql, Math.min(2_000, n - made.length), storeId, onHand)));
  return made.toSorted();
}

async function someVariants(
  sql: Sql,
  n: number,
  storeId: string,
  onHand: number,
): Promise<string[]> {
  const rows = await sql.rows<{ variant_id: string }>(
    `with made as (
       insert into stocked_variant (variant_id, sku, stocked)
       select gen_random_uuid(), 'MANY-' || n, true from generate_series(1, $1) as n
       returning variant_id
     ), shelf as (
       insert into stock (location_id, variant_id, on_hand) select $2, variant_id, $3 from made
     ), entry as (
       insert into movement (command_id, variant_id, from_location, to_location, quantity, reason)
       select gen_random_uuid(), variant_id, $4, $2, $3, 'received' from made where $3::bigint > 0
     ) select variant_id from made order by variant_id`,
    [n, storeId, onHand, SUPPLIER],
  );
  return rows.map(({ variant_id }) => variant_id);
}

/** A command to hold `wanted`: pairs of variant and quantity. */
export const anOrder = (
  wanted: readonly (readonly [variantId: string, quantity: number])[],
  storeId?: string,
): Params<typeof ReserveStock> => ({
  commandId: v7(),
  orderId: v7(),
  lines: wanted.map(([variantId, quantity], line) => ({ line, variantId, quantity })),
  ...(storeId !== undefined && { storeId }),
});

export const stockOf = async (sql: Sql, storeId: string, variantId: string) =>
  sql.row<{ on_hand: number; reserved: number }>(
    "select on_hand, reserved from stock where location_id = $1 and variant_id = $2",
    [storeId, variantId],
  );

export const pieces = (allocations: readonly Allocation[] = []) =>
  allocations.reduce((sum, { quantity }) => sum + quantity, 0);
