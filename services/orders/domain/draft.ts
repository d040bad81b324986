/** An order as it is drawn up, before there is a row of it. */
import type { Infer } from "../../../lib/shape.ts";
import { NotSellable, type VariantSnapshot } from "../../catalog/catalog.contract.ts";
import type { Quote } from "../../pricing/pricing.contract.ts";
import { PriceDiffers } from "../contract/failures.ts";
import type { ShippingAddress } from "../contract/order.ts";

export interface DraftLine {
  readonly line: number;
  readonly variantId: string;
  readonly productId: string;
  readonly sku: string;
  readonly title: { readonly fr: string; readonly en: string };
  readonly quantity: number;
  readonly unitMinor: number;
  readonly discountMinor: number;
  readonly totalMinor: number;
  readonly taxClass: string;
  readonly taxBasisPoints: number;
  readonly taxMinor: number;
}
export interface Draft {
  readonly id: string;
  readonly customerId: string;
  readonly storeId?: string | undefined;
  readonly cartId?: string | undefined;
  readonly coupons: readonly string[];
  readonly quote: Quote;
  readonly lines: readonly DraftLine[];
  readonly shippingAddress?: Infer<typeof ShippingAddress> | undefined;
  readonly payDeadline: string;
}

/**
 * The quoted lines with what is copied of their variants, numbered from 0.
 * @throws NotSellable (422) for the first that is unknown or not for sale
 */
export function linesOf(quote: Quote, variants: readonly VariantSnapshot[]): DraftLine[] {
  const known = new Map(variants.map((variant) => [variant.variantId, variant]));
  return quote.lines.map(({ variantId, ...quoted }, line) => {
    const { productId, sku, title } = sellable(variantId, known.get(variantId));
    const { quantity, unitMinor, discountMinor, totalMinor } = quoted;
    const { taxClass, taxBasisPoints, taxMinor } = quoted;
    const money = { unitMinor, discountMinor, totalMinor, taxClass, taxBasisPoints, taxMinor };
    return { line, variantId, productId, sku, title, quantity, ...money };
  });
}

/** @throws NotSellable (422) */
export function sellable(variantId: string, variant: VariantSnapshot | undefined): VariantSnapshot {
  if (!variant?.sellable) throw NotSellable({ variantId });
  return variant;
}

/** @throws PriceDiffers (409) when the customer agreed to another total than is due now */
export function assertAgreed(agreedMinor: number | undefined, quote: Quote): void {
  const { totalMinor, currency, lines } = quote;
  if (agreedMinor === undefined || agreedMinor === totalMinor) return;
  throw PriceDiffers({
    expectedTotalMinor: agreedMinor,
    totalMinor,
    currency,
    lines: lines.map(({ variantId, quantity, unitMinor, totalMinor: lineMinor }) => ({
      variantId,
      quantity,
      unitMinor,
      totalMinor: lineMinor,
    })),
  });
}
