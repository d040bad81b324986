import type { Handles } from "../../../lib/bus.ts";
import { onceForKey } from "../../../lib/idempotency.ts";
import { closeInSteps } from "../duties/closeStocktakes.ts";
import { CloseStocktake } from "../inventory.contract.ts";
import { beginClosing } from "../store/closing.store.ts";
import { openStocktakeFor, stocktakeFor } from "../store/open.stocktake.ts";
import type { InventoryService } from "../store/tables.ts";

/** How long whoever closes it waits; what is left then is done without them. */
const PATIENCE_MS = 2_000;

export const closeStocktake: Handles<typeof CloseStocktake, InventoryService> = async (
  ctx,
  { db },
) => {
  const { stocktakeId } = ctx.params;
  const { caller } = ctx.locals;
  const untilMs = Date.now() + PATIENCE_MS;
  await onceForKey(db, ctx, CloseStocktake, async (tx) => {
    await openStocktakeFor(db.in(tx), caller, stocktakeId);
    await beginClosing(db.in(tx), stocktakeId);
    return { stocktakeId };
  });
  await closeInSteps(db, stocktakeId, untilMs);
  const closed = await stocktakeFor(db.sql, caller, stocktakeId);
  if (closed.state === "closing") ctx.meta.$statusCode = 202;
  return closed;
};
