/** Prices, their history and tax rates: what merchants set and anybody may see. */
import { command, query } from "../../../lib/contract.ts";
import {
  AmountInvalid,
  AmountTooLarge,
  AmountTooPrecise,
  UnknownCurrency,
} from "../../../lib/money.ts";
import {
  describe,
  currency,
  id,
  dateTime,
  list,
  object,
  optional,
  shape,
  text,
} from "../../../lib/shape.ts";
import { PriceInvalid, TaxRateInvalid } from "./failures.ts";
import * as shapes from "./price.shape.ts";

const CurrentPrices = shape(
  "CurrentPrices",
  {
    prices: describe("By variant and quantity.", list(shapes.CurrentPrice, { max: 1_800 })),
  },
  "The prices that hold now.",
);
const TaxRates = shape(
  "TaxRates",
  { taxRates: describe("By country, class and day.", list(shapes.TaxRate, { max: 2_000 })) },
  "The rates that hold now, and those that will.",
);
export const ListPrices = query("pricing.prices", {
  summary: "Show the prices that hold now, by variant, currency and number of pieces.",
  rest: "GET /prices",
  allow: "public",
  params: {
    variantIds: list(id({ of: "variant" }), { min: 1, max: 100 }),
    currency: optional(currency()),
  },
  returns: CurrentPrices,
  tag: "pricing",
});
export const SetPrices = command("pricing.setPrices", {
  summary: "Set prices, now or for later.",
  description:
    "All or none. What is set as it already is changes nothing. Answers with what holds now.",
  rest: "PUT /prices",
  allow: "prices.edit",
  access: "any",
  params: {
    prices: describe("By variant and quantity.", list(shapes.PriceToSet, { min: 1, max: 200 })),
  },
  returns: CurrentPrices,
  retry: "idempotent",
  tag: "pricing",
  failures: [PriceInvalid, UnknownCurrency, AmountInvalid, AmountTooPrecise, AmountTooLarge],
});
export const ShowPriceHistory = query("pricing.priceHistory", {
  summary: "Show how a price changed, and the lowest one of the 30 days before its reduction.",
  rest: "GET /prices/:variantId/history",
  allow: "public",
  params: { variantId: id({ of: "variant" }), currency: optional(currency()) },
  returns: shapes.PriceHistory,
  tag: "pricing",
});

export const ListTaxRates = query("pricing.taxRates", {
  summary: "Show the tax rates that hold now and those that will.",
  rest: "GET /tax-rates",
  allow: "public",
  params: { country: optional(shapes.country()) },
  returns: TaxRates,
  tag: "pricing",
});
export const SetTaxRates = command("pricing.setTaxRates", {
  summary: "Set tax rates, from now on or from a moment to come.",
  description:
    "The other nodes know within 30 seconds at the latest: announce rates ahead with `validFrom`.",
  rest: "PUT /tax-rates",
  allow: "prices.edit",
  access: "any",
  params: {
    taxRates: describe(
      "The rates to set.",
      list(
        object({
          country: shapes.country(),
          taxClass: text({ max: 32, description: "Tax class, such as `standard` or `reduced`." }),
          basisPoints: shapes.basisPoints(),
          validFrom: optional(dateTime()),
        }),
        { min: 1, max: 100 },
      ),
    ),
  },
  returns: TaxRates,
  retry: "idempotent",
  tag: "pricing",
  failures: [TaxRateInvalid],
});
