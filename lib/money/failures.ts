import { failure } from "../contract.ts";

export const UnknownCurrency = failure<{ currency: string }>("UNKNOWN_CURRENCY", 422, {
  en: "{currency} is not a currency in use. Give a three-letter ISO 4217 code, such as EUR.",
  fr: "{currency} n'est pas une devise en usage. Donnez un code ISO 4217, comme EUR.",
});

/** An amount, or a step on the way to it, is beyond 2^53 − 1 minor units. */
export const AmountTooLarge = failure("AMOUNT_TOO_LARGE", 422, {
  en: "This amount is too large to be counted exactly. Use smaller amounts.",
  fr: "Ce montant est trop grand pour être compté exactement. Utilisez des montants plus petits.",
});

export const AmountInvalid = failure<{ amount: string }>("AMOUNT_INVALID", 422, {
  en: "“{amount}” is not an amount. Write it with a point, such as 899.99.",
  fr: "« {amount} » n'est pas un montant. Écrivez-le avec un point, comme 899.99.",
});

export const AmountTooPrecise = failure<{ amount: string; currency: string; decimals: number }>(
  "AMOUNT_TOO_PRECISE",
  422,
  {
    en: "{amount} has too many decimals for {currency} ({decimals}). Round it.",
    fr: "{amount} a trop de décimales pour la devise {currency} ({decimals}). Arrondissez.",
  },
);
