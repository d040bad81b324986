import type { ActionHandler } from "../../../lib/bus.ts";
import type { ListCoupons } from "../pricing.contract.ts";
import { isActive } from "../store/coupons.store.ts";
import { Coupons } from "../store/tables.ts";
import type { PricingService } from "../pricing.types.ts";

export const coupons: ActionHandler<typeof ListCoupons, PricingService> = (ctx, { db }) => {
  const { active, ...asked } = ctx.params;
  const that = active === undefined ? undefined : isActive(active);
  return Coupons.list(db.sql, { ...asked, that });
};
