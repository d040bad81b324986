import type { ActionHandler } from "../../../lib/bus.ts";
import { closeInSteps } from "../jobs/closeStocktakes.ts";
import type { CloseStocktake } from "../inventory.contract.ts";
import { beginClosing } from "../store/closing.store.ts";
import { openStocktakeFor, stocktakeOf } from "../store/open.stocktake.ts";
import type { InventoryService } from "../inventory.types.ts";

/** The action waits this long; a background job finishes the rest. */
const TIMEOUT_MS = 2_000;

export const closeStocktake: ActionHandler<typeof CloseStocktake, InventoryService> = async (
  ctx,
  { db },
) => {
  const { stocktakeId } = ctx.params;
  const { claim } = ctx.locals;
  const untilMs = Date.now() + TIMEOUT_MS;
  await db.transaction(async (tx) => {
    const sql = db.in(tx);
    if ((await claim?.take(sql))?.fresh === false) return;
    await openStocktakeFor(sql, stocktakeId);
    await beginClosing(sql, stocktakeId);
    await claim?.keep(sql, stocktakeId);
  });
  await closeInSteps(db, stocktakeId, untilMs);
  const closed = await stocktakeOf(db.sql, stocktakeId);
  if (closed.state === "closing") ctx.meta.$statusCode = 202;
  return closed;
};
