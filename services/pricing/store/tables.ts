import { table } from "../../../lib/table.ts";
import { CouponOnOffer } from "../contract/coupon.shape.ts";
import { TaxRate } from "../contract/price.shape.ts";

export const Coupons = table("coupon", {
  shape: CouponOnOffer,
  names: { maxUsesPerCustomer: "max_per_customer" },
  key: "code",
  sorts: { code: "code" },
});

/** A rate is of a country, a class and a moment together: it is read and written as a whole. */
export const TaxRates = table("tax_rate", { shape: TaxRate, key: "country", sorts: {} });
