/** How coupons refuse to be made or changed. The contract re-exports these. */
import { failure } from "../../../lib/contract.ts";

export const CouponExists = failure<{ code: string }>("COUPON_EXISTS", 409, {
  en: "There already is a coupon {code}. Choose another code, or change that one.",
  fr: "Le code {code} existe déjà. Choisissez-en un autre, ou modifiez celui-ci.",
});

/**
 * `field` is what is wrong with it: a percentage has percentBasisPoints, an amount amountMinor,
 * amounts need a currency, and the end comes after the start.
 */
export const CouponInvalid = failure<{ code: string; field: string }>("COUPON_INVALID", 422, {
  en: "Coupon {code} makes no sense as it is. Correct {field}.",
  fr: "Le code {code} est incohérent. Corrigez {field}.",
});

export const CouponLimitTooLow = failure<{ code: string; used: number }>(
  "COUPON_LIMIT_TOO_LOW",
  422,
  {
    en: "Coupon {code} was used {used} times already. Set maxUses to at least that.",
    fr: "Le code {code} a déjà servi {used} fois. Fixez maxUses au moins à ce nombre.",
  },
);
