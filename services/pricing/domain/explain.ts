/** Explains a price step by step: for the customer at the till and the merchant. */
import { sum, times, WHOLE_BASIS_POINTS } from "../../../lib/money.ts";
import type { Discount } from "./discounts.ts";
import type { Tax } from "./taxes.ts";

export interface Explanation {
  readonly rule: "list_price" | "subtotal" | "coupon" | "tax_added" | "tax_included" | "total";
  readonly text: { readonly fr: string; readonly en: string };
  readonly amountMinor: number;
}

interface Explained {
  readonly country: string;
  readonly pricesIncludeTax: boolean;
  readonly lines: readonly { quantity: number; unitMinor: number; listMinor?: number }[];
  readonly discounts: readonly Discount[];
  readonly taxes: readonly Tax[];
  readonly subtotalMinor: number;
  readonly grossMinor: number;
}

/**
 * Returns the steps in order. `subtotal` and the signed amounts of `coupon` and `tax_added` add up
 * to `total`, the amount to pay; `list_price` and `tax_included` are informative.
 */
export function explain(quote: Explained): Explanation[] {
  const { country, pricesIncludeTax, subtotalMinor, grossMinor } = quote;
  return [
    ...savings(quote.lines),
    step("subtotal", subtotalMinor, "Sous-total avant remise", "Subtotal before discounts"),
    ...quote.discounts.map(({ code, amountMinor }) =>
      step("coupon", 0 - amountMinor, `Code promotionnel ${code}`, `Coupon ${code}`),
    ),
    ...quote.taxes.map((tax) => vat(tax, country, pricesIncludeTax)),
    step("total", grossMinor, "Total à payer", "Total to pay"),
  ];
}

function savings(lines: Explained["lines"]): Explanation[] {
  const saved = lines.map(({ quantity, unitMinor, listMinor = 0 }) =>
    times(Math.max(listMinor - unitMinor, 0), quantity),
  );
  const savedMinor = sum(saved);
  if (savedMinor === 0) return [];
  return [step("list_price", savedMinor, "Économie sur les prix barrés", "Saved on list prices")];
}

function vat({ basisPoints, taxMinor }: Tax, country: string, included: boolean): Explanation {
  const french = `TVA ${PERCENT.fr.format(basisPoints / WHOLE_BASIS_POINTS)} (${country})`;
  const english = `VAT ${PERCENT.en.format(basisPoints / WHOLE_BASIS_POINTS)} (${country})`;
  return included
    ? step("tax_included", taxMinor, `Dont ${french}`, `Of which ${english}`)
    : step("tax_added", taxMinor, french, english);
}

const step = (
  rule: Explanation["rule"],
  amountMinor: number,
  fr: string,
  en: string,
): Explanation => ({ rule, text: { fr, en }, amountMinor });

const PERCENT_STYLE = { style: "percent", maximumFractionDigits: 2 } as const;
const PERCENT = {
  fr: new Intl.NumberFormat("fr", PERCENT_STYLE),
  en: new Intl.NumberFormat("en", PERCENT_STYLE),
};
