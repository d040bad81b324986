import type { ActionHandler } from "../../../lib/bus.ts";
import { toPublic, NONE, PLENTY } from "../domain/availability.ts";
import type { GetAvailability } from "../inventory.contract.ts";
import { freeStock } from "../store/levels.store.ts";
import { stockedness } from "../store/stock.checks.ts";
import type { InventoryService } from "../inventory.types.ts";

/** In one answer, over all variants: some 85 bytes each. */
const MOST_STORES = 5_000;

export const availability: ActionHandler<typeof GetAvailability, InventoryService> = async (
  ctx,
  { db },
) => {
  const variantIds = [...new Set(ctx.params.variantIds.split(","))];
  const [free, stocked] = await Promise.all([
    freeStock(db.sql, variantIds, Math.floor(MOST_STORES / variantIds.length)),
    stockedness(db.sql, variantIds),
  ]);
  const byVariant = Map.groupBy(free, ({ variantId }) => variantId);
  const variants = variantIds.map((variantId) => {
    const known = stocked.get(variantId);
    if (!known) return { variantId, ...(known === false ? PLENTY : NONE), stores: [] };
    const shelves = byVariant.get(variantId) ?? [];
    const total = shelves[0]?.total ?? 0;
    const stores = shelves.map(({ storeId, available }) => ({ storeId, ...toPublic(available) }));
    return { variantId, ...toPublic(total), stores };
  });
  return { variants };
};
