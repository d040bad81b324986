import type { ActionHandler } from "../../../lib/bus.ts";
import type { SnapshotVariants } from "../catalog.contract.ts";
import { snapshotOf } from "../workflows/toProduct.ts";
import { snapshotRows } from "../store/details.store.ts";
import type { CatalogService } from "../catalog.types.ts";

export const snapshot: ActionHandler<typeof SnapshotVariants, CatalogService> = async (
  ctx,
  { db },
) => {
  const { variantIds = [], productIds = [] } = ctx.params;
  const rows = await snapshotRows(db.sql, variantIds, productIds);
  return { variants: rows.map(snapshotOf) };
};
