import type { ActionHandler } from "../../../lib/bus.ts";
import type { Result } from "../../../lib/contract.ts";
import { executeOnce } from "../../../lib/idempotency.ts";
import { CouponReleased, ReleaseCoupons } from "../pricing.contract.ts";
import { closeOrder, releaseUses } from "../store/coupon-uses.store.ts";
import type { PricingService } from "../pricing.types.ts";

/** Before the hold it leaves a tombstone, so that a late hold finds that the order is over. */
export const releaseCoupons: ActionHandler<typeof ReleaseCoupons, PricingService> = async (
  ctx,
  { db },
) => {
  const { commandId, orderId } = ctx.params;
  const command = { id: commandId, action: ReleaseCoupons.name };
  return executeOnce<Result<typeof ReleaseCoupons>>(db, command, async (tx) => {
    await closeOrder(db.in(tx), orderId);
    for (const code of await releaseUses(db.in(tx), orderId))
      db.publish(tx, CouponReleased, { code, orderId }, orderId);
    return { outcome: "released" };
  });
};
