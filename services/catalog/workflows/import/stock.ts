/** The one number a variant that a file has for stock: what it is now, and when it is news. */
import { call } from "../../../../lib/bus.ts";
import { GetLevels } from "../../../inventory/inventory.contract.ts";
import { StockUnknown } from "../../catalog.contract.ts";
import type { DeclaredStock } from "../../domain/full-product.ts";
import type { CatalogService } from "../../catalog.types.ts";
import { pendingStock } from "../../store/pending.store.ts";

/** Inventory's present quantities at the store to which stock files refer. */
export interface LiveStock {
  readonly storeCode?: string;
  /**
   * By variant id, never negative. Variants without stock-keeping are absent, and so are those
   * whose latest declaration inventory has not read yet.
   */
  readonly onHand: ReadonlyMap<string, number>;
}
interface Stocked {
  readonly id: string;
  readonly stocked: boolean;
  readonly said_stock: readonly DeclaredStock[];
}

/** The limit of one call of `inventory.levels`. */
const MOST = 500;

/**
 * Reads quantities from inventory, if any are needed. Must run outside transactions.
 * @throws StockUnknown (503), transient, while inventory is far behind the catalogue's feed
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

/** Returns the quantity that was last declared for that store. */
export const saidOf = ({ said_stock }: Stocked, { storeCode }: LiveStock): number =>
  said_stock
    .filter((one) => one.storeCode === undefined || one.storeCode === storeCode)
    .reduce((sum, { quantity }) => sum + quantity, 0);

/** Returns the present quantity, or the declared one where inventory has none. */
export const quantityOf = (variant: Stocked, live: LiveStock): number =>
  live.onHand.get(variant.id) ?? saidOf(variant, live);

/**
 * Returns true if a file's number is no change: it equals the present quantity or the last declared
 * one. So the same file, or one with a corrected description, does not restore what was sold since.
 * A file without quantities changes none.
 */
export const isNoNews = (
  quantity: number | undefined,
  variant: Stocked,
  live: LiveStock,
): boolean =>
  quantity === undefined ||
  quantity === saidOf(variant, live) ||
  quantity === quantityOf(variant, live);
