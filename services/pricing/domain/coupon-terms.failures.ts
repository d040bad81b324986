/** How coupons refuse to be made or changed. The contract re-exports these. */
import { failure } from "../../../lib/contract.ts";

export const CouponExists = failure<{ code: string }>("COUPON_EXISTS", 409, {
  en: "There already is a coupon {code}. Choose another code, or change that one.",
  fr: "Le code {code} existe déjà. Choisissez-en un autre, ou modifiez celui-ci.",
});

/** `field` is what is wrong with it. */
export const CouponInvalid = failure<{ code: string; field: string }>("COUPON_INVALID", 422, {
  en: "Coupon {code} makes no sense as it is: look at {field}. A percentage has percentBasisPoints; an amount has amountMinor; amounts need a currency; it ends after it starts.",
  fr: "Le code {code} est incohérent : vérifiez {field}. Un pourcentage a percentBasisPoints ; un montant a amountMinor ; les montants ont une devise ; la fin suit le début.",
});

export const CouponLimitTooLow = failure<{ code: string; used: number }>(
  "COUPON_LIMIT_TOO_LOW",
  422,
  {
    en: "Coupon {code} was already used {used} times. Set maxUses to at least that, or end it.",
    fr: "Le code {code} a déjà servi {used} fois. Fixez maxUses au moins à ce nombre, ou mettez-y fin.",
  },
);
