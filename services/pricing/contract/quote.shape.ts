import {
  localizedText,
  currency,
  id,
  type Infer,
  integer,
  list,
  minorAmount,
  object,
  optional,
  quantity,
  text,
  shape,
  describe,
} from "../../../lib/shape.ts";
import { couponCode } from "./coupon.shape.ts";
import { basisPoints } from "./price.shape.ts";

const taxClass = () => text({ max: 32, description: "Which rate of VAT: standard, reduced …" });
export const QuotedLine = shape(
  "QuotedLine",
  {
    variantId: id({ of: "variant" }),
    quantity: quantity(),
    unitMinor: minorAmount(),
    subtotalMinor: minorAmount(),
    discountMinor: minorAmount(),
    totalMinor: describe("quantity × unit − discount, VAT included.", minorAmount()),
    taxClass: taxClass(),
    taxBasisPoints: basisPoints(),
    taxMinor: minorAmount(),
    netMinor: minorAmount(),
  },
  "Discounts and taxes may round below zero nowhere: all amounts are ≥ 0.",
);
export const TaxSum = shape(
  "TaxSum",
  {
    taxClass: taxClass(),
    basisPoints: basisPoints(),
    netMinor: minorAmount(),
    taxMinor: minorAmount(),
    grossMinor: minorAmount(),
  },
  "The VAT of all lines at one rate.",
);
export const Quote = shape(
  "Quote",
  {
    currency: currency(),
    lines: describe("Priced lines, in the order of the request.", list(QuotedLine, { max: 500 })),
    discounts: describe(
      "Reduction by each coupon, in the order of application.",
      list(object({ code: couponCode(), amountMinor: minorAmount() }), { max: 5 }),
    ),
    subtotalMinor: minorAmount(),
    discountMinor: minorAmount(),
    totalMinor: minorAmount(),
    taxMinor: minorAmount(),
    netMinor: describe("Total less tax, in minor units of the currency.", optional(minorAmount())),
    taxes: list(TaxSum),
    explain: describe(
      "Why the sums are as they are, step by step.",
      list(
        object({
          rule: describe("Kind of step, such as `list_price` or `coupon`.", text({ max: 16 })),
          text: localizedText({ name: "ShortLocalizedText", max: 128 }),
          amountMinor: describe("In cents; below zero where something is taken off.", integer()),
        }),
        { max: 120 },
      ),
    ),
  },
  "`totalMinor` is what there is to pay: consumer prices include VAT.",
);
export type Quote = Infer<typeof Quote>;
