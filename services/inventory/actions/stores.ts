import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, pageOf, keyOf } from "../../../lib/page.ts";
import type { ListStores } from "../inventory.contract.ts";
import { storesByDistance } from "../store/stores.store.ts";
import { Stores } from "../store/tables.ts";
import type { InventoryService } from "../inventory.types.ts";

export const stores: ActionHandler<typeof ListStores, InventoryService> = async (ctx, { db }) => {
  const { q, kind, near, after, limit = DEFAULT_LIMIT } = ctx.params;
  if (near === undefined) return Stores.list(db.sql, { q, limit, after, where: { kind } });
  const key = keyOf(after, "number", "uuid");
  const [latitude = 0, longitude = 0] = near.split(",").map(Number);
  const found = await storesByDistance(db.sql, { q, kind, limit }, [latitude, longitude], key);
  return pageOf(found, limit, {
    key: ({ distanceKm = 0, id }) => [distanceKm, id],
    item: ({ distanceKm = 0, ...store }) => ({
      ...store,
      distanceKm: Math.round(distanceKm * 1_000) / 1_000,
    }),
  });
};
