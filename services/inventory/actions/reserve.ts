import type { ActionHandler } from "../../../lib/bus.ts";
import type { ReserveStock } from "../inventory.contract.ts";
import type { InventoryService } from "../inventory.types.ts";

export const reserve: ActionHandler<typeof ReserveStock, InventoryService> = (ctx, { groups }) =>
  groups.reserve(ctx.params);
