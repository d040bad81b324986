import { v7 } from "uuid";
import type { ActionHandler } from "../../../lib/bus.ts";
import { createLines } from "../domain/transfer.ts";
import { type DraftTransfer, TransferDrafted, TransferNotFound } from "../inventory.contract.ts";
import { assertStocked, openStores } from "../store/stock.checks.ts";
import type { InventoryService } from "../inventory.types.ts";
import { findTransfer, insertTransfer } from "../store/transfers.store.ts";

/** The sender may offer, and the receiver may ask for it. */
export const draftTransfer: ActionHandler<typeof DraftTransfer, InventoryService> = async (
  ctx,
  { db },
) => {
  const { fromStoreId, toStoreId, note } = ctx.params;
  const lines = createLines(ctx.params, ctx.params.lines);
  const { tx, caller } = ctx.locals;
  const sql = db.in(tx);
  await openStores(sql, [fromStoreId, toStoreId]);
  await assertStocked(
    sql,
    lines.map(({ variantId }) => variantId),
  );
  const id = v7();
  await insertTransfer(
    sql,
    { id, fromStoreId, toStoreId, ...(note !== undefined && { note }) },
    { lines, by: caller.id },
  );
  db.publish(tx, TransferDrafted, { transferId: id, fromStoreId, toStoreId }, id);
  const drafted = await findTransfer(sql, id);
  if (!drafted) throw TransferNotFound({ transferId: id });
  return drafted;
};
