/** Limits the uses of a coupon. */
import type { Failure } from "../../../lib/failure.ts";
import {
  CouponExpired,
  CouponLimitReached,
  CouponNotFound,
  CouponNotStarted,
  CouponUsedUp,
} from "../contract/failures.ts";
import type { Coupon } from "./coupon.ts";
import { millisecondsOf } from "./moment.ts";

interface Uses {
  /** By orders that hold or have used it. */
  readonly used: number;
  readonly maxUses?: number;
  /** Uses by orders of this customer. */
  readonly usedByCustomer: number;
  readonly maxUsesPerCustomer?: number;
}

/** Checks that one more order may use the coupon. @throws CouponUsedUp, CouponLimitReached (409) */
export function checkUses({ code }: Pick<Coupon, "code">, uses: Uses): void {
  const refused = exhausted(uses);
  if (refused) throw refused({ code });
}

/**
 * Why an order may not hold a coupon: the type of the failure, or nothing. What the order is worth
 * was judged by the quote that it was placed with; here only what may have changed since.
 */
export function refusalOf(
  found: (Uses & { readonly coupon: Coupon }) | undefined,
  at: string,
): string | undefined {
  if (!found) return CouponNotFound.type;
  const { startsAt, endsAt } = found.coupon;
  const now = millisecondsOf(at);
  if (startsAt !== undefined && now < millisecondsOf(startsAt)) return CouponNotStarted.type;
  if (endsAt !== undefined && now >= millisecondsOf(endsAt)) return CouponExpired.type;
  return exhausted(found)?.type;
}

/** The lowest number from 1 on that is not taken. */
export function firstFree(taken: readonly number[]): number {
  const all = new Set(taken);
  let n = 1;
  while (all.has(n)) n += 1;
  return n;
}

function exhausted(uses: Uses): Failure<{ code: string }> | undefined {
  const { used, maxUses = Infinity, usedByCustomer, maxUsesPerCustomer = Infinity } = uses;
  if (used >= maxUses) return CouponUsedUp;
  return usedByCustomer >= maxUsesPerCustomer ? CouponLimitReached : undefined;
}
