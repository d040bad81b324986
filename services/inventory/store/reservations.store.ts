import type { ReservationState } from "../domain/settle.ts";
import type { DueRows } from "../../../lib/job-queue.ts";
import type { Sql } from "../../../lib/sql.ts";
import type { Allocation } from "../inventory.contract.ts";

interface OrderAllocation extends Allocation {
  readonly orderId: string;
}

/** Locks and answers the states of those of `orderIds` that are known. */
export async function lockReservations(
  sql: Sql,
  orderIds: readonly string[],
): Promise<Map<string, ReservationState>> {
  const rows = await sql.rows<{ order_id: string; state: ReservationState }>(
    `select order_id, state from reservation where order_id = any($1::uuid[])
     order by order_id for update`,
    [orderIds],
  );
  return new Map(rows.map(({ order_id, state }) => [order_id, state]));
}

/** Reads the allocations, present and past, of `orderIds`, by order. */
export async function allocationsOf(
  sql: Sql,
  orderIds: readonly string[],
): Promise<Map<string, Allocation[]>> {
  if (orderIds.length === 0) return new Map();
  const rows = await sql.rows<OrderAllocation>(
    `select order_id as "orderId", line, location_id as "storeId", variant_id as "variantId",
       quantity
     from reservation_line where order_id = any($1::uuid[]) order by order_id, line, location_id`,
    [orderIds],
  );
  const byOrder = new Map<string, Allocation[]>();
  for (const { orderId, ...allocation } of rows) {
    const allocations = byOrder.get(orderId);
    if (allocations) allocations.push(allocation);
    else byOrder.set(orderId, [allocation]);
  }
  return byOrder;
}

/** Fails with a unique violation when another node has written one of the orders meanwhile. */
export async function insertReservations(
  sql: Sql,
  orders: readonly { orderId: string; state: "held" | "tombstone" }[],
  lines: readonly OrderAllocation[],
): Promise<void> {
  if (orders.length === 0) return;
  await sql.run(
    `insert into reservation (order_id, state)
     select order_id, state from unnest($1::uuid[], $2::text[]) as o (order_id, state)
     order by order_id`,
    [orders.map(({ orderId }) => orderId), orders.map(({ state }) => state)],
  );
  if (lines.length === 0) return;
  await sql.run(
    `insert into reservation_line (order_id, line, location_id, variant_id, quantity)
     select * from unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::int[])`,
    [
      lines.map(({ orderId }) => orderId),
      lines.map(({ line }) => line),
      lines.map(({ storeId }) => storeId),
      lines.map(({ variantId }) => variantId),
      lines.map(({ quantity }) => quantity),
    ],
  );
}

/** Moves orders on, those that `lockReservations` holds. */
export async function moveReservations(
  sql: Sql,
  orders: readonly { orderId: string; state: ReservationState }[],
): Promise<void> {
  if (orders.length === 0) return;
  const moved = await sql.run(
    `update reservation r set state = o.state
     from unnest($1::uuid[], $2::text[]) as o (order_id, state) where r.order_id = o.order_id`,
    [orders.map(({ orderId }) => orderId), orders.map(({ state }) => state)],
  );
  if (moved !== orders.length) throw new Error("A reservation was moved that is not there.");
}

/** Orders with reservations of five minutes or more; each is checked once in five minutes. */
export const OLD_HOLDS: DueRows = {
  table: "reservation",
  key: ["order_id"],
  open: "state = 'held' and held_at < now() - interval '5 minutes'",
  dueAt: "coalesce(asked_at, held_at) + interval '5 minutes'",
  putOff: "asked_at = now()",
  returning: 'order_id as "orderId"',
};
