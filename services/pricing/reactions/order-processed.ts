import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { OrderProcessed } from "../../orders/orders.contract.ts";
import { CouponRedeemed } from "../pricing.contract.ts";
import { redeemUses } from "../store/coupon-uses.store.ts";
import type { PricingService } from "../pricing.types.ts";

/** Marks a paid order's held coupons as used. A repetition finds none held. */
export const onOrderProcessed: Reacts<typeof OrderProcessed, PricingService> = async (
  { data: { orderId } },
  tx,
  { db },
) => {
  for (const { code, customerId } of await redeemUses(db.in(tx), orderId))
    db.publish(tx, CouponRedeemed, { code, orderId, customerId }, orderId);
};
