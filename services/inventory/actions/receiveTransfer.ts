import { v7 } from "uuid";
import type { ActionHandler } from "../../../lib/bus.ts";
import { LOSS, TRANSIT } from "../domain/places.ts";
import { arrived, type Arrival, assertMove, everything, isComplete } from "../domain/transfer.ts";
import { type ReceiveTransfer, type Transfer, TransferReceived } from "../inventory.contract.ts";
import { type Move, moveGoods, transferFor } from "../store/moving.store.ts";
import { openStores } from "../store/stock.checks.ts";
import type { InventoryService } from "../inventory.types.ts";
import { findTransfer, updateTransfer } from "../store/transfers.store.ts";

export const receiveTransfer: ActionHandler<typeof ReceiveTransfer, InventoryService> = async (
  ctx,
  { db },
) => {
  const { transferId, lines } = ctx.params;
  const { tx, caller } = ctx.locals;
  const sql = db.in(tx);
  const transfer = await transferFor(sql, caller, transferId, "toStoreId");
  assertMove(transfer, "received");
  const arrivals = lines ?? everything(transfer.lines);
  const counted = arrived(transfer.lines, arrivals);
  const { fromStoreId, toStoreId } = transfer;
  await openStores(sql, [toStoreId]);

  await moveGoods(db, tx, { commandId: v7(), transferId }, movesOf(transfer, arrivals));
  const complete = isComplete(counted);
  const state = complete ? "received" : "shipped";
  await updateTransfer(sql, { ...transfer, state, lines: counted });
  const reported = arrivals
    .filter(({ received }) => received > 0)
    .map(({ variantId, received: quantity }) => ({ variantId, quantity }));
  const fact = { transferId, fromStoreId, toStoreId, lines: reported, complete };
  db.publish(tx, TransferReceived, fact, transferId);
  return (await findTransfer(sql, transferId)) ?? transfer;
};

const movesOf = ({ toStoreId }: Transfer, arrivals: readonly Arrival[]): Move[] =>
  arrivals.flatMap(({ variantId, received, lost = 0, reason }) => [
    { variantId, from: TRANSIT, to: toStoreId, quantity: received },
    { variantId, from: TRANSIT, to: LOSS, quantity: lost, note: reason },
  ]);
