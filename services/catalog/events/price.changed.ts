import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { PriceChanged } from "../../pricing/pricing.contract.ts";
import { refresh, takePrice } from "../store/projection.store.ts";
import { staleAfter } from "../store/staleness.ts";
import type { CatalogService } from "../store/tables.ts";

/** Shoppers are shown the new price. */
export const onPriceChanged: Reacts<typeof PriceChanged, CatalogService> = async (
  { data },
  tx,
  service,
) => {
  const sql = service.db.in(tx);
  const changed = await takePrice(sql, data);
  if (!changed) return;
  await refresh(sql, [changed.product_id]);
  staleAfter(service, tx, [changed.product_id]);
};
