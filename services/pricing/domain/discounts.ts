/** Coupons on lines: in a fixed order, each on what the ones before it have left. */
import { allocate, sum } from "../../../lib/money.ts";
import { CouponNotApplicable } from "../contract/failures.ts";
import { type Coupon, inOrder, couponRefusal, reduces, worthOf } from "./coupon.ts";

export interface Discount {
  readonly code: string;
  readonly amountMinor: number;
}

interface Discountable {
  readonly variantId: string;
  readonly subtotalMinor: number;
}

interface Discounts {
  /** One for each coupon, in the order of application; 0 where nothing was left to take off. */
  readonly discounts: Discount[];
  /** One for each line: Σ is the Σ of `discounts`, and none exceeds its line's subtotal. */
  readonly byLineMinor: number[];
}

/**
 * @throws every failure of `judge` and `inOrder`, and CouponNotApplicable (422) for a coupon that
 * matches no item, so that it is not used up for nothing
 */
export function discountsOf(
  lines: readonly Discountable[],
  coupons: readonly Coupon[],
  { at, currency }: { at: string; currency: string },
): Discounts {
  let left = lines.map(({ subtotalMinor }) => subtotalMinor);
  const discounts = inOrder(coupons).map((coupon): Discount => {
    couponRefusal(coupon, { at, currency, subtotalMinor: sum(left) });
    if (!lines.some(({ variantId }) => reduces(coupon, variantId))) {
      throw CouponNotApplicable({ code: coupon.code });
    }
    const { amountMinor, eachMinor } = split(coupon, lines, left);
    left = left.map((minor, index) => minor - (eachMinor[index] ?? 0));
    return { code: coupon.code, amountMinor };
  });
  const byLineMinor = lines.map(({ subtotalMinor }, index) => subtotalMinor - (left[index] ?? 0));
  return { discounts, byLineMinor };
}

/** In proportion to what the eligible lines still cost, so none of them can fall below zero. */
function split(coupon: Coupon, lines: readonly Discountable[], left: readonly number[]) {
  const weights = left.map((minor, index) => {
    const line = lines[index];
    return line && reduces(coupon, line.variantId) ? minor : 0;
  });
  const amountMinor = worthOf(coupon, sum(weights));
  return { amountMinor, eachMinor: allocate(amountMinor, weights) };
}
