/** What a quote looks like outside. */
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
} from "../../../lib/shape.ts";
import { couponCode } from "./coupon.shape.ts";
import { basisPoints } from "./price.shape.ts";

const taxClass = () => text({ max: 32 });
/** Discounts and taxes may round below zero nowhere: all amounts are ≥ 0. */
export const QuotedLine = object({
  variantId: id(),
  quantity: quantity(),
  unitMinor: minorAmount(),
  subtotalMinor: minorAmount(),
  discountMinor: minorAmount(),
  /** quantity × unit − discount, VAT included. */
  totalMinor: minorAmount(),
  taxClass: taxClass(),
  taxBasisPoints: basisPoints(),
  taxMinor: minorAmount(),
  netMinor: minorAmount(),
});
/** `totalMinor` is what there is to pay: consumer prices include VAT. */
export const Quote = object({
  currency: currency(),
  lines: list(QuotedLine, { max: 500 }),
  discounts: list(object({ code: couponCode(), amountMinor: minorAmount() }), { max: 5 }),
  subtotalMinor: minorAmount(),
  discountMinor: minorAmount(),
  totalMinor: minorAmount(),
  taxMinor: minorAmount(),
  /** total − tax */
  netMinor: optional(minorAmount()),
  taxes: list(
    object({
      taxClass: taxClass(),
      basisPoints: basisPoints(),
      netMinor: minorAmount(),
      taxMinor: minorAmount(),
      grossMinor: minorAmount(),
    }),
  ),
  explain: list(
    object({ rule: text({ max: 16 }), text: localizedText({ max: 128 }), amountMinor: integer() }),
    { max: 120 },
  ),
});
export type Quote = Infer<typeof Quote>;
