import type { Handles } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, pageOf, keyOf } from "../../../lib/page.ts";
import { reaches, reachOf } from "../domain/scope.ts";
import { type ListLedger, StoreNotFound } from "../inventory.contract.ts";
import { ledger as readLedger } from "../store/ledger.store.ts";
import type { InventoryService } from "../store/tables.ts";

export const ledger: Handles<typeof ListLedger, InventoryService> = async (ctx, { db }) => {
  const { after, limit = DEFAULT_LIMIT, ...filter } = ctx.params;
  const { caller } = ctx.locals;
  const { storeId } = filter;
  if (storeId !== undefined && !reaches(caller, storeId)) throw StoreNotFound({ storeId });
  const reach = reachOf(caller);
  const entries = await readLedger(db.sql, { ...filter, reach, limit }, keyOf(after, "integer"));
  return pageOf(entries, limit, { key: ({ id }) => [id], item: (entry) => entry });
};
