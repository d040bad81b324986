import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, pageOf, keyOf } from "../../../lib/page.ts";
import { visibleStores } from "../../../lib/scope.ts";
import { type ListLedger } from "../inventory.contract.ts";
import { ledger as readLedger } from "../store/ledger.store.ts";
import type { InventoryService } from "../inventory.types.ts";

export const ledger: ActionHandler<typeof ListLedger, InventoryService> = async (ctx, { db }) => {
  const { after, limit = DEFAULT_LIMIT, ...filter } = ctx.params;
  const { caller } = ctx.locals;
  const visible = visibleStores(caller) ?? null;
  const entries = await readLedger(db.sql, { ...filter, visible, limit }, keyOf(after, "integer"));
  return pageOf(entries, limit, { key: ({ id }) => [id], item: (entry) => entry });
};
