import type { ActionHandler } from "../../../lib/bus.ts";
import type { Result } from "../../../lib/contract.ts";
import type { CommitStock } from "../inventory.contract.ts";
import type { InventoryService } from "../inventory.types.ts";

export const commit: ActionHandler<typeof CommitStock, InventoryService> = async (
  ctx,
  { groups },
) => (await groups.settle({ kind: "commit", ...ctx.params })) as Result<typeof CommitStock>;
