import { commandId } from "../../../lib/idempotency.ts";
import type { Tx } from "../../../lib/sql.ts";
import type { ScheduledJob } from "../../../mixins/jobs.mixin.ts";
import { changeTowards, entryOf } from "../domain/adjustment.ts";
import { LOSS } from "../domain/places.ts";
import { StocktakeEnded } from "../inventory.contract.ts";
import {
  closingStocktakes,
  type CountedLine,
  endClosing,
  keepChanges,
  nextCounted,
} from "../store/closing.store.ts";
import { lockKeys } from "../store/stock.checks.ts";
import { changeStock, insertMovements } from "../store/stock.store.ts";
import { Stocktakes } from "../store/tables.ts";
import type { InventoryDb, InventoryService } from "../inventory.types.ts";
import { publishAdjusted } from "../store/publishing.ts";

const REASON = "stocktake";
/** So many lines at once: sales of these variants wait for one such transaction at most. */
const BATCH = 200;

/** Goes on with stocktakes whose closing was begun, by whichever node, a step of each in turn. */
export const closeStocktakes: ScheduledJob<InventoryService> = {
  everyMs: 2_000,
  async run({ db }) {
    let more = false;
    for (const id of await closingStocktakes(db.sql)) more = (await closeStep(db, id)) || more;
    return more;
  },
};

/** Closes it step by step until it is closed, or `untilMs` (as of Date.now) has passed. */
export async function closeInSteps(
  db: InventoryDb,
  stocktakeId: string,
  untilMs = Infinity,
): Promise<void> {
  while ((await closeStep(db, stocktakeId)) && Date.now() < untilMs);
}

/**
 * Corrects the next lines in one transaction, which also says how far it came: after a crash, or
 * with several nodes at it, each line is corrected once. Answers whether there may be more to do.
 */
export const closeStep = (db: InventoryDb, stocktakeId: string): Promise<boolean> =>
  db.transaction(async (tx) => {
    const sql = db.in(tx);
    const stocktake = await Stocktakes.lock(sql, stocktakeId);
    if (stocktake?.state !== "closing") return false;
    const { storeId } = stocktake;
    const lines = await nextCounted(sql, stocktakeId, BATCH);
    if (lines.length > 0) {
      await correct(db, tx, { stocktakeId, storeId }, lines);
      return true;
    }
    await endClosing(sql, stocktakeId);
    const corrected = stocktake.correctedCount;
    db.publish(tx, StocktakeEnded, { stocktakeId, storeId, corrected }, stocktakeId);
    return false;
  });

/** The difference that was found when counting is added to what the books say now. */
async function correct(
  db: InventoryDb,
  tx: Tx,
  { stocktakeId, storeId }: { stocktakeId: string; storeId: string },
  lines: readonly CountedLine[],
): Promise<void> {
  const sql = db.in(tx);
  const stand = await lockKeys(
    sql,
    lines.map(({ variantId }) => ({ storeId, variantId })),
  );
  const changes = lines.map(({ variantId, difference }) => {
    const shelf = stand.shelfAt({ storeId, variantId });
    const onHand = changeTowards(shelf.onHand + difference, shelf);
    return { storeId, variantId, onHand, reserved: 0 };
  });
  const real = changes.filter(({ onHand }) => onHand !== 0);
  const after = await changeStock(db, tx, stand, real);
  await insertMovements(
    sql,
    real.map(({ variantId, onHand }) => ({
      ...entryOf(storeId, LOSS, onHand),
      commandId: commandId(stocktakeId, "close"),
      variantId,
      reason: REASON,
      reference: stocktakeId,
    })),
  );
  publishAdjusted(db, tx, after, real, REASON);
  await keepChanges(sql, stocktakeId, changes);
}
