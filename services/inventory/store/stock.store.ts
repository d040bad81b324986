/** The rows of stock and of its ledger. Every change of stock goes through `changeStock`. */
import { requestContext } from "../../../lib/request-context.ts";
import type { Sql, Tx } from "../../../lib/sql.ts";
import {
  type Change,
  changed,
  crossings,
  runningLow,
  type Shelf,
  summed,
} from "../domain/shelves.ts";
import { AvailabilityChanged, StockLow } from "../inventory.contract.ts";
import type { InventoryDb } from "../inventory.types.ts";

/** Stock of some variants, locked until the transaction ends. */
export interface Stand {
  /** True for each known variant that is stocked. */
  readonly known: ReadonlyMap<string, boolean>;
  /** At stores and warehouses, in the order in which they are asked. */
  readonly shelves: readonly Shelf[];
}

/**
 * Holds the stock of `variantIds`. Always in the order of the ids, so that two never wait for each
 * other. The shelves are read by a statement of their own: its snapshot must be younger than the lock.
 * Shelves that are `needed` for a stocked variant are made if they are not there yet.
 */
export async function holdStock(
  sql: Sql,
  variantIds: readonly string[],
  needed: readonly StockKey[] = [],
): Promise<Stand> {
  const ids = [...new Set(variantIds)];
  const variants = await sql.rows<{ variant_id: string; stocked: boolean }>(
    `select variant_id, stocked from stocked_variant where variant_id = any($1::uuid[])
     order by variant_id for no key update`,
    [ids],
  );
  const known = new Map(variants.map(({ variant_id, stocked }) => [variant_id, stocked]));
  await makeShelves(
    sql,
    needed.filter(({ variantId }) => known.get(variantId)),
  );
  const shelves = await sql.rows<Shelf>(
    `select s.location_id as "storeId", s.variant_id as "variantId", s.on_hand as "onHand",
       s.reserved, l.closed_at is null as open
     from stock s join location l on l.id = s.location_id
     where s.variant_id = any($1::uuid[]) and l.kind in ('store', 'warehouse')
     order by not l.ships_web, l.priority, l.code`,
    [ids],
  );
  return { known, shelves };
}

/** A shelf by where it is and what is on it. */
export interface StockKey {
  readonly storeId: string;
  readonly variantId: string;
}

async function makeShelves(sql: Sql, keys: readonly StockKey[]): Promise<void> {
  if (keys.length === 0) return;
  await sql.run(
    `insert into stock (location_id, variant_id)
     select distinct location_id, variant_id
     from unnest($1::uuid[], $2::uuid[]) as p (location_id, variant_id)
     order by variant_id, location_id
     on conflict do nothing`,
    [keys.map(({ storeId }) => storeId), keys.map(({ variantId }) => variantId)],
  );
}

/**
 * Changes locked stock, and publishes the effect on the available quantity: stock.low for a shelf,
 * stock.availability_changed for a variant over all stores. Returns the new shelves.
 */
export async function changeStock(
  db: InventoryDb,
  tx: Tx,
  { shelves }: Pick<Stand, "shelves">,
  changes: readonly Change[],
): Promise<Shelf[]> {
  const sums = summed(changes);
  if (sums.length === 0) return [...shelves];
  const rows = await db.in(tx).run(
    `update stock set on_hand = stock.on_hand + c.on_hand, reserved = stock.reserved + c.reserved
     from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[])
       as c (location_id, variant_id, on_hand, reserved)
     where stock.location_id = c.location_id and stock.variant_id = c.variant_id`,
    [
      sums.map(({ storeId }) => storeId),
      sums.map(({ variantId }) => variantId),
      sums.map(({ onHand }) => onHand),
      sums.map(({ reserved }) => reserved),
    ],
  );
  if (rows !== sums.length) throw new Error("Stock was changed that is not there.");
  const after = changed(shelves, sums);
  for (const low of runningLow(shelves, after)) db.publish(tx, StockLow, low, low.variantId);
  const crossed = crossings(shelves, after);
  for (const crossing of crossed) db.publish(tx, AvailabilityChanged, crossing, crossing.variantId);
  await keepLow(db.in(tx), crossed);
  return after;
}

/** Keeps which variants are low or out over all stores, for those who look for them. */
async function keepLow(sql: Sql, crossed: ReturnType<typeof crossings>): Promise<void> {
  if (crossed.length === 0) return;
  await sql.run(
    `update stocked_variant v set low = c.low from unnest($1::uuid[], $2::boolean[]) as c (id, low)
     where v.variant_id = c.id and v.low <> c.low`,
    [crossed.map(({ variantId }) => variantId), crossed.map(({ state }) => state !== "in_stock")],
  );
}

/** An entry of the ledger: `quantity` pieces went from one location to another. */
export interface Movement {
  readonly commandId: string;
  readonly variantId: string;
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
  readonly reason: string;
  readonly reference?: string | undefined;
  readonly note?: string | undefined;
}

/** Writes entries; those of one command between the same places become one. */
export async function insertMovements(sql: Sql, movements: readonly Movement[]): Promise<void> {
  if (movements.length === 0) return;
  await sql.run(
    `insert into movement
       (command_id, variant_id, from_location, to_location, quantity, reason, reference, note, actor)
     select command_id, variant_id, source, target, sum(quantity), reason, reference, max(note), $9
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[],
       $7::uuid[], $8::text[])
       as m (command_id, variant_id, source, target, quantity, reason, reference, note)
     group by command_id, variant_id, source, target, reason, reference`,
    [
      movements.map(({ commandId }) => commandId),
      movements.map(({ variantId }) => variantId),
      movements.map(({ from }) => from),
      movements.map(({ to }) => to),
      movements.map(({ quantity }) => quantity),
      movements.map(({ reason }) => reason),
      movements.map(({ reference }) => reference ?? null),
      movements.map(({ note }) => note ?? null),
      requestContext().actor ?? null,
    ],
  );
}
