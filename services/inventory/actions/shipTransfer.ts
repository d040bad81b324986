import type { ActionHandler } from "../../../lib/bus.ts";
import { commandId } from "../../../lib/idempotency.ts";
import { TRANSIT } from "../domain/places.ts";
import { assertMove } from "../domain/transfer.ts";
import { type ShipTransfer, TransferShipped } from "../inventory.contract.ts";
import { moveGoods, transferFor } from "../store/moving.store.ts";
import { openStores } from "../store/stock.checks.ts";
import type { InventoryService } from "../inventory.types.ts";
import { findTransfer, updateTransfer } from "../store/transfers.store.ts";

export const shipTransfer: ActionHandler<typeof ShipTransfer, InventoryService> = async (
  ctx,
  { db },
) => {
  const { transferId } = ctx.params;
  const { tx, caller } = ctx.locals;
  const sql = db.in(tx);
  const transfer = await transferFor(sql, caller, transferId, "fromStoreId");
  assertMove(transfer, "shipped");
  const { fromStoreId, toStoreId, lines } = transfer;
  await openStores(sql, [fromStoreId, toStoreId]);

  const sent = lines.map(({ variantId, sent: quantity }) => ({ variantId, quantity }));
  const moves = sent.map((line) => ({ ...line, from: fromStoreId, to: TRANSIT }));
  await moveGoods(db, tx, { commandId: commandId(transferId, "ship"), transferId }, moves);
  await updateTransfer(sql, { ...transfer, state: "shipped" });
  const published = { transferId, fromStoreId, toStoreId, lines: sent };
  db.publish(tx, TransferShipped, published, transferId);
  return (await findTransfer(sql, transferId)) ?? transfer;
};
