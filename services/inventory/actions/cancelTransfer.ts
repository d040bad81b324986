import type { ActionHandler } from "../../../lib/bus.ts";
import { commandId } from "../../../lib/idempotency.ts";
import { TRANSIT } from "../domain/places.ts";
import { assertMove, outstanding, turnedBack } from "../domain/transfer.ts";
import { type CancelTransfer, TransferCancelled } from "../inventory.contract.ts";
import { moveGoods, transferFor } from "../store/moving.store.ts";
import type { InventoryService } from "../inventory.types.ts";
import { findTransfer, updateTransfer } from "../store/transfers.store.ts";

export const cancelTransfer: ActionHandler<typeof CancelTransfer, InventoryService> = async (
  ctx,
  { db },
) => {
  const { transferId } = ctx.params;
  const { tx, caller } = ctx.locals;
  const sql = db.in(tx);
  const transfer = await transferFor(sql, caller, transferId, "fromStoreId");
  assertMove(transfer, "cancelled");
  const { fromStoreId, toStoreId, state, lines } = transfer;
  const onItsWay = state === "shipped";
  if (onItsWay) {
    const moves = lines.map((line) => ({
      variantId: line.variantId,
      from: TRANSIT,
      to: fromStoreId,
      quantity: outstanding(line),
    }));
    await moveGoods(db, tx, { commandId: commandId(transferId, "cancel"), transferId }, moves);
  }
  const left = onItsWay ? turnedBack(lines) : lines;
  await updateTransfer(sql, { ...transfer, state: "cancelled", lines: left });
  db.publish(tx, TransferCancelled, { transferId, fromStoreId, toStoreId }, transferId);
  return (await findTransfer(sql, transferId)) ?? transfer;
};
