/** How a quote refuses what it is asked about. The contract re-exports these. */
import { failure } from "../../../lib/contract.ts";

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
