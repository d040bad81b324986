import type { Handles } from "../../../lib/bus.ts";
import { reaches } from "../domain/scope.ts";
import { type GetTransfer, TransferNotFound } from "../inventory.contract.ts";
import type { InventoryService } from "../store/tables.ts";
import { findTransfer } from "../store/transfers.store.ts";

export const transfer: Handles<typeof GetTransfer, InventoryService> = async (ctx, { db }) => {
  const { transferId } = ctx.params;
  const { caller } = ctx.locals;
  const found = await findTransfer(db.sql, transferId);
  if (!found || !(reaches(caller, found.fromStoreId) || reaches(caller, found.toStoreId)))
    throw TransferNotFound({ transferId });
  return found;
};
