import type { ActionHandler } from "../../../lib/bus.ts";
import { DEFAULT_LIMIT, keyOf, pageOf } from "../../../lib/page.ts";
import type { ListCoupons } from "../pricing.contract.ts";
import { listCoupons, toOffer } from "../store/coupons.store.ts";
import type { PricingService } from "../pricing.types.ts";

export const coupons: ActionHandler<typeof ListCoupons, PricingService> = async (ctx, { db }) => {
  const { limit = DEFAULT_LIMIT, active = null } = ctx.params;
  const [after = null] = keyOf(ctx.params.after, "text") ?? [];
  const rows = await listCoupons(db.sql, { after, limit, active });
  return pageOf(rows, limit, { key: ({ code }) => [code], item: toOffer });
};
