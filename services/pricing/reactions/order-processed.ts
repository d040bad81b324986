import type { Reacts } from "../../../mixins/events.mixin.ts";
import type { OrderProcessed } from "../../orders/orders.contract.ts";
import { CouponRedeemed } from "../pricing.contract.ts";
import { redeemUses } from "../store/coupon-uses.store.ts";
import type { PricingService } from "../pricing.types.ts";

/** The order is paid: what it held is used. Told twice, there is nothing held any more. */
export const onOrderProcessed: Reacts<typeof OrderProcessed, PricingService> = async (
  { data: { orderId } },
  tx,
  { db },
) => {
  for (const { code, customerId } of await redeemUses(db.in(tx), orderId))
    db.publish(tx, CouponRedeemed, { code, orderId, customerId }, orderId);
};
