/** Refusals of prices, quotes and coupons; the cart shows their sentences. */
import { failure } from "../../../lib/contract.ts";

/** `index` counts from 1; `reason` is price (none, or both ways), validTo, or twice. */
export const PriceInvalid = failure<{ index: number; reason: string }>("PRICE_INVALID", 422, {
  en: "Price {index} of the list cannot be set ({reason}). Correct it and send all of them again.",
  fr: "Le prix n° {index} de la liste est refusé ({reason}). Corrigez-le puis renvoyez le tout.",
});

export const TaxRateInvalid = failure<{ index: number }>("TAX_RATE_INVALID", 422, {
  en: "Rate {index} of the list is there twice. Give each rate once.",
  fr: "Le taux n° {index} de la liste y figure deux fois. Donnez chaque taux une seule fois.",
});

export const TooManyLines = failure<{ limit: number }>("QUOTE_TOO_MANY_LINES", 422, {
  en: "A purchase has at most {limit} lines. Make two of it.",
  fr: "Un achat compte au plus {limit} lignes. Faites-en deux.",
});

export const QuantityOutOfRange = failure<{ variantId: string; quantity: number; limit: number }>(
  "QUANTITY_OUT_OF_RANGE",
  422,
  {
    en: "The quantity {quantity} is not possible. Choose a whole number from 1 to {limit}.",
    fr: "La quantité {quantity} n'est pas possible. Choisissez un nombre entier de 1 à {limit}.",
  },
);

/** Sold without a rate, an item would silently be sold without tax. */
export const TaxRateMissing = failure<{ taxClass: string; country: string }>(
  "TAX_RATE_MISSING",
  422,
  {
    en: "There is no tax rate for class {taxClass} in {country}. Set one before selling there.",
    fr: "Aucun taux de TVA pour la classe {taxClass} ({country}). Définissez-le avant d'y vendre.",
  },
);

export const PriceMissing = failure<{ variantIds: string[]; currency: string; count: number }>(
  "PRICE_MISSING",
  422,
  {
    en: "{count} of these items have no price in {currency}. Remove them or change currency.",
    fr: "{count} de ces articles n'ont pas de prix en {currency}. Retirez-les ou changez-en.",
  },
);

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

export const OrderReleased = failure("ORDER_RELEASED", 409, {
  en: "The coupons of this order were given back. Place a new order.",
  fr: "Les codes de cette commande ont été rendus. Passez une nouvelle commande.",
});
