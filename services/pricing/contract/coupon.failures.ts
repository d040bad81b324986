/** How coupons refuse. The contract re-exports these; the cart shows their sentences. */
import { failure } from "../../../lib/contract.ts";

export const CouponNotFound = failure<{ code: string }>("COUPON_NOT_FOUND", 404, {
  en: "There is no coupon {code}. Check how it is spelled.",
  fr: "Le code {code} n'existe pas. Vérifiez son orthographe.",
});

export const CouponNotStarted = failure<{ code: string; startsAt: string }>(
  "COUPON_NOT_STARTED",
  422,
  {
    en: "Coupon {code} is not valid yet. Use it from {startsAt}.",
    fr: "Le code {code} n'est pas encore valable. Utilisez-le à partir du {startsAt}.",
  },
);

export const CouponExpired = failure<{ code: string; endsAt: string }>("COUPON_EXPIRED", 422, {
  en: "Coupon {code} ended on {endsAt}. Remove it or use another.",
  fr: "Le code {code} a expiré le {endsAt}. Retirez-le ou utilisez-en un autre.",
});

/** `minimum` is `minimumMinor` as people write it, for the sentence. */
export const CouponMinimum = failure<{
  code: string;
  minimumMinor: number;
  currency: string;
  minimum: string;
}>("COUPON_MINIMUM", 422, {
  en: "Coupon {code} is for purchases from {minimum} {currency}. Add something or remove it.",
  fr: "Le code {code} vaut dès {minimum} {currency} d'achat. Ajoutez un article ou retirez-le.",
});

export const CouponUsedUp = failure<{ code: string }>("COUPON_USED_UP", 409, {
  en: "Coupon {code} is used up. Remove it or use another.",
  fr: "Le code {code} est épuisé. Retirez-le ou utilisez-en un autre.",
});

export const CouponCurrency = failure<{ code: string; currency: string }>("COUPON_CURRENCY", 422, {
  en: "Coupon {code} is not valid for purchases in {currency}. Remove it or pay in its currency.",
  fr: "Le code {code} ne vaut pas en {currency}. Retirez-le ou payez dans sa devise.",
});

export const CouponExclusive = failure<{ code: string }>("COUPON_EXCLUSIVE", 422, {
  en: "Coupon {code} cannot be combined with others. Keep it alone or remove it.",
  fr: "Le code {code} ne se cumule pas avec d'autres. Gardez-le seul ou retirez-le.",
});

export const CouponNotApplicable = failure<{ code: string }>("COUPON_NOT_APPLICABLE", 422, {
  en: "Coupon {code} is for none of these items. Add one that it is for, or remove it.",
  fr: "Le code {code} ne vaut pour aucun de ces articles. Ajoutez-en un ou retirez-le.",
});

export const TooManyCoupons = failure<{ limit: number }>("COUPON_TOO_MANY", 422, {
  en: "At most {limit} coupons can be used together. Remove some.",
  fr: "On ne peut utiliser que {limit} codes à la fois. Retirez-en.",
});

export const CouponLimitReached = failure<{ code: string }>("COUPON_LIMIT_REACHED", 409, {
  en: "You have used coupon {code} as often as you may. Remove it.",
  fr: "Vous avez déjà utilisé le code {code} autant que permis. Retirez-le.",
});
