/** Moving goods of a transfer from one location to another, by the books. */
import type { Caller } from "../../../lib/bus.ts";
import { canAccessAsStaff } from "../../../lib/scope.ts";
import type { Sql, Tx } from "../../../lib/sql.ts";
import { LOSS, TRANSIT } from "../domain/places.ts";
import { availableAt, type Change, finder } from "../domain/shelves.ts";
import {
  NotEnoughStock,
  type Transfer,
  TransferNotFound,
  TransferOfOtherStore,
} from "../inventory.contract.ts";
import { changeStock, holdStock, insertMovements, type Movement } from "./stock.store.ts";
import { lockTransfer } from "./transfers.store.ts";
import type { InventoryDb } from "../inventory.types.ts";

export interface Move {
  readonly variantId: string;
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
  readonly note?: string | undefined;
}

/**
 * The transfer, locked, for who works in the store at that end of it, whose move it is.
 * @throws TransferNotFound (404), TransferOfOtherStore (403)
 */
export async function transferFor(
  sql: Sql,
  caller: Caller,
  transferId: string,
  end: "fromStoreId" | "toStoreId",
): Promise<Transfer> {
  const transfer = await lockTransfer(sql, transferId);
  if (!transfer) throw TransferNotFound({ transferId });
  const storeId = transfer[end];
  if (!canAccessAsStaff(caller, { storeIds: [storeId] }))
    throw TransferOfOtherStore({ transferId, storeId });
  return transfer;
}

/**
 * Carries out `moves` of one command for a transfer: both shelves and the ledger's entry of each.
 * What is held for orders does not move. @throws NotEnoughStock (409)
 */
export async function moveGoods(
  db: InventoryDb,
  tx: Tx,
  { commandId, transferId }: { commandId: string; transferId: string },
  moves: readonly Move[],
): Promise<void> {
  const real = moves.filter(({ quantity }) => quantity > 0);
  const sql = db.in(tx);
  const ends = real.flatMap(({ variantId, from, to }) => [
    { storeId: from, variantId },
    { storeId: to, variantId },
  ]);
  const stand = await holdStock(
    sql,
    real.map(({ variantId }) => variantId),
    ends.filter(({ storeId }) => storeId !== LOSS),
  );
  const find = finder(stand.shelves);
  for (const { variantId, from, quantity } of real) {
    if (from === TRANSIT) continue;
    const shelf = find({ storeId: from, variantId });
    const available = shelf ? availableAt(shelf) : 0;
    if (available < quantity) throw NotEnoughStock({ variantId, available });
  }
  await changeStock(db, tx, stand, real.flatMap(changesOf));
  await insertMovements(
    sql,
    real.map((move): Movement => ({
      ...move,
      commandId,
      reason: move.to === LOSS ? "lost" : "transfer",
      reference: transferId,
    })),
  );
}

const changesOf = ({ variantId, from, to, quantity }: Move): Change[] =>
  [
    { storeId: from, variantId, onHand: -quantity, reserved: 0 },
    { storeId: to, variantId, onHand: quantity, reserved: 0 },
  ].filter(({ storeId }) => storeId !== LOSS);
