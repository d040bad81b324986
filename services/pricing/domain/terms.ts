/** Checks that the terms of a coupon are consistent. */
import { exponentOf } from "../../../lib/money.ts";
import type { Of } from "../../../lib/shape.ts";
import { CouponInvalid } from "../contract/failures.ts";
import { type couponChanges, type CouponOnOffer, LONGEST_CODE } from "../contract/coupon.shape.ts";
import { millisecondsOf } from "./moment.ts";

interface Terms {
  readonly code: string;
  readonly kind: "percent" | "amount";
  readonly percentBasisPoints?: number;
  readonly amountMinor?: number;
  readonly currency?: string;
  readonly minimumMinor?: number;
  readonly startsAt?: string;
  readonly endsAt?: string;
}

/** @throws CouponInvalid (422) naming the first field that is wrong, UnknownCurrency (422) */
export function assertTerms(terms: Terms): void {
  const { code, kind, percentBasisPoints, amountMinor, currency, minimumMinor } = terms;
  const { startsAt, endsAt } = terms;
  const invalid = (field: string) => CouponInvalid({ code, field });
  // Normal form may be longer than what was written: one ligature becomes several letters.
  if (code === "" || Array.from(code).length > LONGEST_CODE) throw invalid("code");
  if ((kind === "percent") !== (percentBasisPoints !== undefined))
    throw invalid("percentBasisPoints");
  if ((kind === "amount") !== (amountMinor !== undefined)) throw invalid("amountMinor");
  const money = amountMinor !== undefined || minimumMinor !== undefined;
  if (money && currency === undefined) throw invalid("currency");
  if (currency !== undefined) exponentOf(currency);
  if (startsAt === undefined || endsAt === undefined) return;
  if (millisecondsOf(startsAt) >= millisecondsOf(endsAt)) throw invalid("endsAt");
}

type Changes = Of<typeof couponChanges>;

/** The coupon with its changes; null takes a limit away. */
export function changed(coupon: CouponOnOffer, changes: Changes): CouponOnOffer {
  const all = Object.entries({ ...coupon, ...changes }).filter(([, value]) => value !== null);
  // Only optional fields can be null in `changes`.
  return Object.fromEntries(all) as CouponOnOffer;
}
