/** A coupon's validity and value. The store counts its uses. */
import { shareOf, toDecimalText, WHOLE_BASIS_POINTS } from "../../../lib/money.ts";
import {
  CouponCurrency,
  CouponExclusive,
  CouponExpired,
  CouponMinimum,
  CouponNotStarted,
  TooManyCoupons,
} from "../contract/failures.ts";
import { millisecondsOf } from "./moment.ts";

export interface Coupon {
  readonly code: string;
  readonly kind: "percent" | "amount";
  /** Set for `percent`: 1,000 is 10 %. */
  readonly percentBasisPoints?: number;
  /** Set for `amount`: the reduction in `currency`, which is then set too. */
  readonly amountMinor?: number;
  /** Valid for purchases in this currency only; a percentage without one is valid in all. */
  readonly currency?: string;
  /** Least subtotal of the whole purchase, after the coupons before this one. */
  readonly minimumMinor?: number;
  /** Valid from this moment on … */
  readonly startsAt?: string;
  /** … and until just before this one. */
  readonly endsAt?: string;
  /** Cannot be combined with any other coupon. */
  readonly exclusive?: boolean;
  /** The eligible variants. Absent: all of them. Empty: none. */
  readonly variantIds?: readonly string[];
}

const MOST_COUPONS = 5;

/**
 * Returns the form in which a code is compared and stored: Unicode NFKC (so that full-width letters
 * count as plain ones), trimmed, in capitals. Idempotent.
 */
export const normalCode = (code: string): string =>
  code.normalize("NFKC").trim().toUpperCase().normalize("NFKC").trim();

/**
 * Throws the reason why the coupon may not be used, if there is one. `subtotalMinor` is the
 * purchase's cost after the coupons before this one.
 * @throws CouponCurrency, CouponNotStarted, CouponExpired, CouponMinimum (422)
 */
export function couponRefusal(
  coupon: Coupon,
  { at, currency, subtotalMinor }: { at: string; currency: string; subtotalMinor: number },
): void {
  const { code, startsAt, endsAt, minimumMinor = 0 } = coupon;
  const now = millisecondsOf(at);
  if (!isFor(coupon, currency)) throw CouponCurrency({ code, currency });
  if (startsAt !== undefined && now < millisecondsOf(startsAt)) {
    throw CouponNotStarted({ code, startsAt });
  }
  if (endsAt !== undefined && now >= millisecondsOf(endsAt)) throw CouponExpired({ code, endsAt });
  if (subtotalMinor < minimumMinor) {
    const minimum = toDecimalText(minimumMinor, currency);
    throw CouponMinimum({ code, minimumMinor, currency, minimum });
  }
}

/**
 * The coupons in the order in which they are applied, whatever the order they were entered in:
 * percentages before amounts, then by code. The same code twice counts once.
 * @throws TooManyCoupons, CouponExclusive (422)
 */
export function inOrder(coupons: readonly Coupon[]): Coupon[] {
  const byCode = new Map(coupons.map((coupon) => [normalCode(coupon.code), coupon]));
  if (byCode.size > MOST_COUPONS) throw TooManyCoupons({ limit: MOST_COUPONS });
  const ordered = [...byCode].sort(
    ([codeA, a], [codeB, b]) =>
      Number(a.kind === "amount") - Number(b.kind === "amount") || (codeA < codeB ? -1 : 1),
  );
  const alone = ordered.find(([, coupon]) => coupon.exclusive);
  if (alone && ordered.length > 1) throw CouponExclusive({ code: alone[1].code });
  return ordered.map(([, coupon]) => coupon);
}

/**
 * Returns the coupon's reduction of its eligible items, which cost `eligibleMinor` together: never
 * more than that. A percentage is rounded half up, once, on their sum.
 * @throws RangeError for a coupon without a valid percentage or amount
 */
export function worthOf(coupon: Coupon, eligibleMinor: number): number {
  const { code, kind, percentBasisPoints = -1, amountMinor = -1 } = coupon;
  if (kind === "percent") {
    if (percentBasisPoints < 0 || percentBasisPoints > WHOLE_BASIS_POINTS) {
      throw new RangeError(`Coupon ${code} has no percentage between 0 and 100.`);
    }
    return shareOf(eligibleMinor, percentBasisPoints);
  }
  if (amountMinor < 0) throw new RangeError(`Coupon ${code} has no amount.`);
  return Math.min(amountMinor, eligibleMinor);
}

export const reduces = ({ variantIds }: Coupon, variantId: string): boolean =>
  variantIds === undefined || variantIds.includes(variantId);

/** 5.00 off means nothing without its currency, so an amount must name it. */
const isFor = ({ kind, currency }: Coupon, wanted: string): boolean =>
  currency === undefined ? kind === "percent" : currency === wanted;
