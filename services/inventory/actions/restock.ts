import type { ActionHandler } from "../../../lib/bus.ts";
import type { Tx } from "../../../lib/sql.ts";
import { executeOnce } from "../../../lib/idempotency.ts";
import { CUSTOMER } from "../domain/places.ts";
import { type Allocation, RestockOrder, StockNotHeld } from "../inventory.contract.ts";
import { allocationsOf, lockReservations, moveReservations } from "../store/reservations.store.ts";
import { changeStock, holdStock, insertMovements } from "../store/stock.store.ts";
import { publishAdjusted } from "../store/publishing.ts";
import type { InventoryDb, InventoryService } from "../inventory.types.ts";

const RESTOCKED = { outcome: "restocked" } as const;

export const restock: ActionHandler<typeof RestockOrder, InventoryService> = (ctx, { db }) => {
  const { commandId, orderId } = ctx.params;
  return executeOnce(db, { id: commandId, action: RestockOrder.name }, async (tx) => {
    const sql = db.in(tx);
    const state = (await lockReservations(sql, [orderId])).get(orderId);
    if (state === "restocked") return RESTOCKED;
    if (state !== "committed") throw StockNotHeld({ orderId, state: state ?? "unknown" });

    const allocations = (await allocationsOf(sql, [orderId])).get(orderId) ?? [];
    await bringBack(db, tx, ctx.params, allocations);
    await moveReservations(sql, [{ orderId, state: "restocked" }]);
    return RESTOCKED;
  });
};

/** Each line goes back to the store that it came from. */
async function bringBack(
  db: InventoryDb,
  tx: Tx,
  { commandId, orderId }: { commandId: string; orderId: string },
  allocations: readonly Allocation[],
): Promise<void> {
  const sql = db.in(tx);
  const stand = await holdStock(
    sql,
    allocations.map(({ variantId }) => variantId),
  );
  const changes = allocations.map(({ storeId, variantId, quantity }) => ({
    storeId,
    variantId,
    onHand: quantity,
    reserved: 0,
  }));
  const after = await changeStock(db, tx, stand, changes);
  const movements = allocations.map(({ storeId, variantId, quantity }) => ({
    commandId,
    variantId,
    from: CUSTOMER,
    to: storeId,
    quantity,
    reason: "return",
    reference: orderId,
  }));
  await insertMovements(sql, movements);
  publishAdjusted(db, tx, after, changes, "return");
}
