import type { ActionHandler } from "../../../lib/bus.ts";
import { type GetTransfer, TransferNotFound } from "../inventory.contract.ts";
import type { InventoryService } from "../inventory.types.ts";
import { findTransfer } from "../store/transfers.store.ts";

export const transfer: ActionHandler<typeof GetTransfer, InventoryService> = async (
  ctx,
  { db },
) => {
  const { transferId } = ctx.params;
  const found = await findTransfer(db.sql, transferId);
  if (!found) throw TransferNotFound({ transferId });
  return found;
};
