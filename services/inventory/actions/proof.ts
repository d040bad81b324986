import type { ActionHandler } from "../../../lib/bus.ts";
import { cursorOf, keyOf } from "../../../lib/page.ts";
import type { ProveStock } from "../inventory.contract.ts";
import { violations } from "../store/proof.store.ts";
import type { InventoryService } from "../inventory.types.ts";

/** A third of what the call may take: the range that is begun last has the rest. */
const TIMEOUT_MS = 10_000;

export const proof: ActionHandler<typeof ProveStock, InventoryService> = async (ctx, { db }) => {
  const after = keyOf(ctx.params.after, "integer", "uuid");
  const { invariants, next } = await violations(db, after, Date.now() + TIMEOUT_MS);
  const holds = invariants.every(({ violations }) => violations === 0);
  return { holds, invariants, ...(next && { next: cursorOf(next) }) };
};
