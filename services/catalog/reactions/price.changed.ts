import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { PriceChanged } from "../../pricing/pricing.contract.ts";
import { refresh, applyPrice } from "../store/projection.store.ts";
import { invalidateAfter } from "../store/invalidation.ts";
import type { CatalogService } from "../catalog.types.ts";

/** Shoppers are shown the new price. */
export const onPriceChanged: Reacts<typeof PriceChanged, CatalogService> = async (
  { data },
  tx,
  service,
) => {
  const sql = service.db.in(tx);
  const changed = await applyPrice(sql, data);
  if (!changed) return;
  await refresh(sql, [changed.product_id]);
  invalidateAfter(service, tx, [changed.product_id]);
};
