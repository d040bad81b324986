import type { Handles } from "../../../lib/bus.ts";
import { seesTransfer } from "../domain/scope.ts";
import { type GetTransfer, TransferNotFound } from "../inventory.contract.ts";
import type { InventoryService } from "../store/tables.ts";
import { findTransfer } from "../store/transfers.store.ts";

export const transfer: Handles<typeof GetTransfer, InventoryService> = async (ctx, { db }) => {
  const { transferId } = ctx.params;
  const found = await findTransfer(db.sql, transferId);
  if (!found || !seesTransfer(ctx.locals.caller, found)) throw TransferNotFound({ transferId });
  return found;
};
