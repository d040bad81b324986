/** Stock that waited for a store, put there once it is open. */
import { v5 } from "uuid";
import type { Sql, Tx } from "../../../lib/sql.ts";
import { SUPPLIER } from "../domain/places.ts";
import { changeStock, holdStock, insertMovements } from "./stock.store.ts";
import type { InventoryDb } from "../inventory.types.ts";
import { publishAdjusted } from "./publishing.ts";

/** An open store and the code under which stock waits for it; none for the store of web orders. */
interface Destination {
  readonly storeId: string;
  readonly code: string | null;
}
interface Waiting {
  readonly eventId: string;
  readonly variantId: string;
  readonly quantity: number;
}
const OPEN = "closed_at is null and kind in ('store', 'warehouse')";

/** Variants of which stock waits for an open store, with that store, which stays open; at most `limit`. */
export async function nextWaiting(
  sql: Sql,
  limit: number,
): Promise<(Destination & { variantIds: string[] }) | undefined> {
  const named = await sql.row<Destination>(
    `select id as "storeId", code from location
     where ${OPEN} and exists (select 1 from unplaced_stock where store_code = code)
     order by id limit 1 for share`,
  );
  const to = named ?? (await webDestination(sql));
  if (!to) return undefined;
  const rows = await sql.rows<{ variant_id: string }>(
    `select variant_id from unplaced_stock where ${OF[to.code === null ? "web" : "code"]}
     order by variant_id limit $1`,
    [limit, ...(to.code === null ? [] : [to.code])],
  );
  return { ...to, variantIds: rows.map(({ variant_id }) => variant_id) };
}
const OF = { web: "store_code is null", code: "store_code = $2" };

/** The first of the stores that ship web orders, if stock waits for one. */
const webDestination = (sql: Sql): Promise<Destination | undefined> =>
  sql.row<Destination>(
    `select id as "storeId", null as code from location
     where ${OPEN} and ships_web and exists (select 1 from unplaced_stock where store_code is null)
     order by priority, code limit 1 for share`,
  );

/**
 * Posts waiting stock of `variantIds` at a store: entries supplier → store, published as
 * adjustments. Variants are locked before their waiting stock, in the same order as when stock is
 * declared.
 */
export async function placeAt(
  db: InventoryDb,
  tx: Tx,
  { storeId, code }: Destination,
  variantIds: readonly string[],
): Promise<void> {
  const sql = db.in(tx);
  const places = variantIds.map((variantId) => ({ storeId, variantId }));
  const stand = await holdStock(sql, variantIds, places);
  const taken = await sql.rows<Waiting>(
    `delete from unplaced_stock where variant_id = any($1::uuid[])
       and store_code is not distinct from $2
     returning event_id as "eventId", variant_id as "variantId", quantity`,
    [variantIds, code],
  );
  // A variant that has become a service meanwhile has no stock.
  const waiting = taken.filter(({ variantId }) => stand.known.get(variantId));
  const changes = waiting.map(({ variantId, quantity }) => ({
    storeId,
    variantId,
    onHand: quantity,
    reserved: 0,
  }));
  const after = await changeStock(db, tx, stand, changes);
  await insertMovements(
    sql,
    waiting.map(({ eventId, variantId, quantity }) => ({
      // The variant's own entries carry the event's id; these came later.
      commandId: v5(`placed:${code ?? ""}`, eventId),
      variantId,
      from: SUPPLIER,
      to: storeId,
      quantity,
      reason: "received",
    })),
  );
  publishAdjusted(db, tx, after, changes, "received");
}

/**
 * Posts waiting stock of some variants at open stores now: before their quantities are declared,
 * which would otherwise count it twice.
 */
export async function placeNow(
  db: InventoryDb,
  tx: Tx,
  variantIds: readonly string[],
): Promise<void> {
  const sql = db.in(tx);
  const rows = await sql.rows<{ code: string | null; variant_id: string }>(
    `select store_code as code, variant_id from unplaced_stock
     where variant_id = any($1::uuid[])`,
    [variantIds],
  );
  if (rows.length === 0) return;
  const byCode = Map.groupBy(rows, ({ code }) => code);
  const named = await sql.rows<Destination>(
    `select id as "storeId", code from location where ${OPEN} and code = any($1::text[])
     order by id for share`,
    [[...byCode.keys()]],
  );
  const web = byCode.has(null) ? await webDestination(sql) : undefined;
  for (const to of [...named, ...(web ? [web] : [])])
    await placeAt(
      db,
      tx,
      to,
      (byCode.get(to.code) ?? []).map(({ variant_id }) => variant_id),
    );
}
