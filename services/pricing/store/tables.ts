import { table } from "../../../lib/table.ts";
import { CouponOnOffer } from "../contract/coupon.shape.ts";

export const Coupons = table("coupon", {
  shape: CouponOnOffer,
  names: { maxUsesPerCustomer: "max_per_customer" },
  key: "code",
  sorts: { code: "code" },
});

export const tables = () => ({});
