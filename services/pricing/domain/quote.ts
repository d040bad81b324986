/** Computes the cost of a purchase: the one calculation behind cart, order, till and invoice. */
import { exponentOf, sum, times } from "../../../lib/money.ts";
import type { Coupon } from "./coupon.ts";
import { type Discount, discountsOf } from "./discounts.ts";
import { explain, type Explanation } from "./explain.ts";
import { QuantityOutOfRange, TaxRateMissing, TooManyLines } from "../contract/failures.ts";
import { type Tax, taxed, taxesOf } from "./taxes.ts";

export interface QuoteInput {
  /** ISO 4217; every amount below is in its minor units. */
  readonly currency: string;
  /** ISO 3166-1 alpha-2 of the place of supply. The caller has chosen `rates` by it. */
  readonly country: string;
  /** True if unit prices include the tax (for consumers), false if not (for companies). */
  readonly pricesIncludeTax: boolean;
  /** The moment at which coupons must be valid. */
  readonly at: string;
  readonly lines: readonly QuoteInputLine[];
  /** Basis points by tax class: `{ standard: 2000, reduced: 550 }`. */
  readonly rates: Readonly<Record<string, number>>;
  readonly coupons: readonly Coupon[];
}

export interface QuoteInputLine {
  readonly variantId: string;
  readonly quantity: number;
  readonly unitMinor: number;
  readonly taxClass: string;
  /** The price that is struck through, if the unit price is a reduced one. */
  readonly listMinor?: number;
}

export interface QuoteLine {
  readonly variantId: string;
  readonly quantity: number;
  readonly unitMinor: number;
  /** quantity × unit */
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  /** quantity × unit − discount, with or without the tax, like the unit price */
  readonly totalMinor: number;
  readonly taxClass: string;
  readonly taxBasisPoints: number;
  readonly taxMinor: number;
  readonly netMinor: number;
}

export interface Quote {
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  readonly lines: QuoteLine[];
  readonly discounts: Discount[];
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  /** Σ of the lines' totals. It contains the tax if, and only if, the prices do. */
  readonly totalMinor: number;
  readonly taxMinor: number;
  readonly netMinor: number;
  /** The amount to pay: net + tax. Equals `totalMinor` where prices include the tax. */
  readonly grossMinor: number;
  readonly taxes: Tax[];
  readonly explain: Explanation[];
}

const MOST_LINES = 500;
const MOST_PIECES = 9_999;

/**
 * Pure and exact: the same input gives the same answer everywhere, and in whatever order its lines
 * and coupons come, the sums are the same. Σ lines = total, Σ discounts = discount, Σ taxes = tax;
 * no amount is negative.
 * @throws UnknownCurrency, AmountTooLarge, TooManyLines, QuantityOutOfRange, TaxRateMissing and the
 * coupons' failures (all 422); RangeError for a price or rate that is negative or not whole
 */
export function quote(input: QuoteInput): Quote {
  const { currency, country, pricesIncludeTax, at } = input;
  exponentOf(currency);
  if (input.lines.length > MOST_LINES) throw TooManyLines({ limit: MOST_LINES });
  // Remainders go to the first among equals. If those were the input's first, moving a line could
  // move a cent of discount from one rate to another, and change the tax.
  const ordered = input.lines.map((line, index) => ({ line, index })).sort(byContent);
  const priced = ordered.map(({ line }) => subtotalled(line, input));
  const { discounts, byLineMinor } = discountsOf(priced, input.coupons, { at, currency });
  const reduced = priced.map((line, position) => {
    const discountMinor = byLineMinor[position] ?? 0;
    return { ...line, discountMinor, totalMinor: line.subtotalMinor - discountMinor };
  });
  const lines = taxed(reduced, pricesIncludeTax);
  const taxes = taxesOf(lines);
  const taxMinor = sum(taxes.map((tax) => tax.taxMinor));
  const netMinor = sum(taxes.map((tax) => tax.netMinor));
  const subtotalMinor = sum(lines.map((line) => line.subtotalMinor));
  const grossMinor = sum([netMinor, taxMinor]);
  const sums = { subtotalMinor, grossMinor, discounts, taxes };
  return {
    currency,
    pricesIncludeTax,
    lines: asGiven(lines, ordered),
    ...sums,
    discountMinor: sum(lines.map((line) => line.discountMinor)),
    totalMinor: sum(lines.map((line) => line.totalMinor)),
    taxMinor,
    netMinor,
    explain: explain({ country, pricesIncludeTax, lines: input.lines, ...sums }),
  };
}

type Placed = { readonly line: QuoteInputLine; readonly index: number };

/** Lines that are equal in this order are the same in everything that has to do with money. */
function byContent({ line: a }: Placed, { line: b }: Placed): number {
  return (
    compare(a.variantId, b.variantId) ||
    compare(a.taxClass, b.taxClass) ||
    a.unitMinor - b.unitMinor ||
    a.quantity - b.quantity
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function subtotalled(line: QuoteInputLine, { rates, country }: QuoteInput) {
  const { variantId, quantity, unitMinor, taxClass } = line;
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MOST_PIECES) {
    throw QuantityOutOfRange({ variantId, quantity, limit: MOST_PIECES });
  }
  if (unitMinor < 0) throw new RangeError(`The price of ${variantId} is negative.`);
  const taxBasisPoints = Object.hasOwn(rates, taxClass) ? rates[taxClass] : undefined;
  if (taxBasisPoints === undefined) throw TaxRateMissing({ taxClass, country });
  const subtotalMinor = times(unitMinor, quantity);
  return { variantId, quantity, unitMinor, subtotalMinor, taxClass, taxBasisPoints };
}

/** Back from the order of calculation to the order of the input. */
function asGiven(lines: readonly QuoteLine[], ordered: readonly Placed[]): QuoteLine[] {
  const given = lines.map((line, position) => ({ line, index: ordered[position]?.index ?? 0 }));
  return given.sort((a, b) => a.index - b.index).map(({ line }) => line);
}
