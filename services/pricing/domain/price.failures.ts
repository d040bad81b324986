/** How prices and tax rates refuse to be set. The contract re-exports these. */
import { failure } from "../../../lib/contract.ts";

/** `index` counts from 1. */
export const PriceInvalid = failure<{ index: number; reason: string }>("PRICE_INVALID", 422, {
  en: "Price {index} of the list cannot be set ({reason}). Give either price or priceMinor, an end after the beginning, and each price only once.",
  fr: "Le prix n° {index} de la liste est refusé ({reason}). Donnez soit price, soit priceMinor, une fin après le début, et chaque prix une seule fois.",
});

export const TaxRateInvalid = failure<{ index: number }>("TAX_RATE_INVALID", 422, {
  en: "Rate {index} of the list is there twice. Give each rate once.",
  fr: "Le taux n° {index} de la liste y figure deux fois. Donnez chaque taux une seule fois.",
});
