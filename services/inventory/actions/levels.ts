import type { ActionHandler } from "../../../lib/bus.ts";
import { readCursor } from "../../../lib/feed-cursor.ts";
import type { GetLevels } from "../inventory.contract.ts";
import { levelsAt } from "../store/levels.store.ts";
import { Stores } from "../store/tables.ts";
import type { InventoryService } from "../inventory.types.ts";
import { placesOf } from "../store/unplaced.store.ts";

export const levels: ActionHandler<typeof GetLevels, InventoryService> = async (ctx, { db }) => {
  // Before the numbers, so that they know at least so much.
  const { position: catalogPosition } = await readCursor(db.sql, "catalog");
  // Asked as the import asks, so that both always mean the same store.
  const { placed } = await placesOf(db.sql, [{ quantity: 0 }]);
  const storeId = placed[0]?.storeId;
  const store = storeId === undefined ? undefined : await Stores.find(db.sql, storeId);
  const found = await levelsAt(db.sql, store, ctx.params.variantIds);
  return { ...(store && { storeCode: store.code }), levels: found, catalogPosition };
};
