import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { AvailabilityChanged } from "../../inventory/inventory.contract.ts";
import { refresh, applyState } from "../store/projection.store.ts";
import { invalidateAfter } from "../store/invalidation.ts";
import type { CatalogService } from "../catalog.types.ts";

/** Shoppers are shown whether there is any. */
export const onAvailabilityChanged: Reacts<typeof AvailabilityChanged, CatalogService> = async (
  { data },
  tx,
  service,
) => {
  const sql = service.db.in(tx);
  const changed = await applyState(sql, data.variantId, data.state);
  if (!changed) return;
  await refresh(sql, [changed.product_id]);
  invalidateAfter(service, tx, [changed.product_id]);
};
