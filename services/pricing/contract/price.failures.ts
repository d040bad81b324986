/** How prices and tax rates refuse to be set. The contract re-exports these. */
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
