import {
  currency,
  decimal,
  union,
  id,
  type Infer,
  dateTime,
  integer,
  list,
  minorAmount,
  object,
  optional,
  text,
  shape,
  describe,
  amount,
} from "../../../lib/shape.ts";

export const basisPoints = () =>
  integer({ min: 0, max: 10_000, description: "Hundredths of a percent: 2,000 is 20 %." });
export const country = () =>
  text({
    description: "ISO 3166-1 alpha-2 code of the country.",
    min: 2,
    max: 2,
    pattern: "^[A-Z]{2}$",
  });
const minQuantity = () => integer({ min: 1, max: 9_999, description: "From how many pieces on." });

export const CurrentPrice = shape(
  "CurrentPrice",
  {
    variantId: id({ of: "variant" }),
    currency: currency(),
    minQuantity: minQuantity(),
    price: amount(),
    priceMinor: minorAmount(),
    compareAtMinor: optional(minorAmount()),
    validFrom: optional(dateTime()),
    validTo: optional(dateTime()),
  },
  "A price as it holds now. `price` is `priceMinor` as a decimal number; never calculate with it.",
);
export type CurrentPrice = Infer<typeof CurrentPrice>;

export const PriceToSet = shape(
  "PriceToSet",
  {
    variantId: id({ of: "variant" }),
    currency: currency(),
    priceMinor: optional(minorAmount()),
    price: describe(
      "As a decimal, instead of `priceMinor`.",
      optional(union(decimal({ min: 0 }), text({ max: 40 }))),
    ),
    compareAtMinor: optional(minorAmount()),
    minQuantity: optional(minQuantity()),
    validFrom: optional(dateTime()),
    validTo: optional(dateTime()),
  },
  'Either `priceMinor` or `price` (899.99 or "899.99"). With `validTo` it is a temporary price and goes before the standing one; without, it is the standing one from `validFrom` on.',
);
export type PriceToSet = Infer<typeof PriceToSet>;

export const PriceHistory = shape(
  "PriceHistory",
  {
    variantId: id({ of: "variant" }),
    currency: currency(),
    priceMinor: optional(minorAmount()),
    compareAtMinor: optional(minorAmount()),
    reducedAt: describe("When the reduction began; absent if not reduced.", optional(dateTime())),
    lowestMinor: describe(
      "The lowest price of the 30 days before the reduction began, or before now: what must be shown beside it (Directive 98/6/EC, art. 6a).",
      optional(minorAmount()),
    ),
    lowest: describe("Lowest price of 30 days (EU 2019/2161).", optional(decimal({ min: 0 }))),
    changes: describe(
      "The latest changes, the newest first. Without a price: it was not on sale.",
      list(object({ at: dateTime(), priceMinor: optional(minorAmount()) }), { max: 100 }),
    ),
  },
  "A price that a variant had, has, or will have.",
);

export const TaxRate = shape(
  "TaxRate",
  {
    country: country(),
    taxClass: text({
      max: 32,
      description: "Tax class that the rate applies to, such as `standard`.",
    }),
    basisPoints: basisPoints(),
    validFrom: dateTime(),
  },
  "A rate of VAT in a country for a class of goods, from a day on.",
);
export type TaxRate = Infer<typeof TaxRate>;
