/** The one number a variant that a file has for stock: what it is now, and when it is news. */
import { call } from "../../../../lib/bus.ts";
import { GetLevels } from "../../../inventory/inventory.contract.ts";
import { StockUnknown } from "../../catalog.contract.ts";
import type { DeclaredStock } from "../../domain/full-product.ts";
import type { CatalogService } from "../../catalog.types.ts";
import { pendingStock } from "../../store/pending.store.ts";

/** How many there are at the store whose stock files speak of, as inventory counts now. */
export interface LiveStock {
  readonly storeCode?: string;
  /**
   * By the variants' ids, never negative. Absent is what inventory keeps no stock of, and that of
   * which it has not heard yet what was said last: that will be there soon.
   */
  readonly onHand: ReadonlyMap<string, number>;
}
interface Stocked {
  readonly id: string;
  readonly stocked: boolean;
  readonly said_stock: readonly DeclaredStock[];
}

/** `inventory.levels` tells so many at once. */
const MOST = 500;

/**
 * Asks inventory, unless there is nothing to ask. To be called outside of transactions.
 * @throws StockUnknown (503), which passes, while inventory is far behind with what it is told
 */
export async function liveStock(
  { broker, db }: CatalogService,
  variants: readonly Stocked[],
): Promise<LiveStock> {
  const stocked = variants.filter((variant) => variant.stocked).map(({ id }) => id);
  const onHand = new Map<string, number>();
  let storeCode: string | undefined;
  for (let n = 0; n < stocked.length; n += MOST) {
    const variantIds = stocked.slice(n, n + MOST);
    const part = await call(broker, GetLevels, { variantIds });
    const pending = await pendingStock(db.sql, part.catalogPosition, variantIds);
    if (!pending) throw Object.assign(StockUnknown({}), { retryable: true });
    storeCode = part.storeCode;
    for (const { variantId, onHand: pieces } of part.levels)
      if (!pending.has(variantId)) onHand.set(variantId, Math.max(0, pieces));
  }
  return { onHand, ...(storeCode !== undefined && { storeCode }) };
}

/** How many were last said to be at that store. */
export const saidOf = ({ said_stock }: Stocked, { storeCode }: LiveStock): number =>
  said_stock
    .filter((one) => one.storeCode === undefined || one.storeCode === storeCode)
    .reduce((sum, { quantity }) => sum + quantity, 0);

/** How many there are; as was said, of what is not counted or what inventory is still to hear of. */
export const quantityOf = (variant: Stocked, live: LiveStock): number =>
  live.onHand.get(variant.id) ?? saidOf(variant, live);

/**
 * Whether a file's number says nothing new: it is what there is, or what was said the last time, so
 * that what was sold since does not come back with the same file or a corrected description. A file
 * without such numbers says nothing.
 */
export const isNoNews = (
  quantity: number | undefined,
  variant: Stocked,
  live: LiveStock,
): boolean =>
  quantity === undefined ||
  quantity === saidOf(variant, live) ||
  quantity === quantityOf(variant, live);
