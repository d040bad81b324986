import type { ActionHandler } from "../../../lib/bus.ts";
import type { Result } from "../../../lib/contract.ts";
import type { ReleaseStock } from "../inventory.contract.ts";
import type { InventoryService } from "../inventory.types.ts";

export const release: ActionHandler<typeof ReleaseStock, InventoryService> = async (
  ctx,
  { groups },
) => (await groups.settle({ kind: "release", ...ctx.params })) as Result<typeof ReleaseStock>;
