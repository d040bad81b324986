import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, pageOf, keyOf } from "../../../lib/page.ts";
import type { ListStores } from "../inventory.contract.ts";
import { storesByDistance, storesByName } from "../store/stores.store.ts";
import type { InventoryService } from "../inventory.types.ts";

export const stores: ActionHandler<typeof ListStores, InventoryService> = async (ctx, { db }) => {
  const { q, kind, near, after, limit = DEFAULT_LIMIT } = ctx.params;
  const search = { q, kind, limit };
  if (near === undefined) {
    const key = keyOf(after, "text", "uuid");
    const found = await storesByName(db.sql, search, key);
    return pageOf(found, limit, { key: ({ name, id }) => [name, id], item: (store) => store });
  }
  const key = keyOf(after, "number", "uuid");
  const [latitude = 0, longitude = 0] = near.split(",").map(Number);
  const found = await storesByDistance(db.sql, search, [latitude, longitude], key);
  return pageOf(found, limit, {
    key: ({ distanceKm = 0, id }) => [distanceKm, id],
    item: ({ distanceKm = 0, ...store }) => ({
      ...store,
      distanceKm: Math.round(distanceKm * 1_000) / 1_000,
    }),
  });
};
