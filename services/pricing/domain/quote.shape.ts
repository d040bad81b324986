/** What a quote looks like outside. */
import {
  bilingual,
  currency,
  id,
  type Infer,
  integer,
  list,
  minor,
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
  unitMinor: minor(),
  subtotalMinor: minor(),
  discountMinor: minor(),
  /** quantity × unit − discount, VAT included. */
  totalMinor: minor(),
  taxClass: taxClass(),
  taxBasisPoints: basisPoints(),
  taxMinor: minor(),
  netMinor: minor(),
});
/** `totalMinor` is what there is to pay: consumer prices include VAT. */
export const Quote = object({
  currency: currency(),
  lines: list(QuotedLine, { max: 500 }),
  discounts: list(object({ code: couponCode(), amountMinor: minor() }), { max: 5 }),
  subtotalMinor: minor(),
  discountMinor: minor(),
  totalMinor: minor(),
  taxMinor: minor(),
  /** total − tax */
  netMinor: optional(minor()),
  taxes: list(
    object({
      taxClass: taxClass(),
      basisPoints: basisPoints(),
      netMinor: minor(),
      taxMinor: minor(),
      grossMinor: minor(),
    }),
  ),
  explain: list(
    object({ rule: text({ max: 16 }), text: bilingual({ max: 128 }), amountMinor: integer() }),
    { max: 120 },
  ),
});
export type Quote = Infer<typeof Quote>;
