/** Purchases for the tests of pricing, and what they must be, calculated in another way. */
import * as fc from "fast-check";
import type { Coupon } from "../../../../services/pricing/domain/coupon.ts";
import type {
  Quote,
  QuoteInput,
  QuoteInputLine,
} from "../../../../services/pricing/domain/quote.ts";

export const AT = "2026-03-01T09:30:00.000Z";

/** French rates: Code général des impôts, art. 278, 278-0 bis and 281 quater and following. */
export const FRENCH = { standard: 2_000, reduced: 550, super_reduced: 210, exempt: 0 };

export const aLine = (line: Partial<QuoteInputLine> = {}): QuoteInputLine => ({
  variantId: "v1",
  quantity: 1,
  unitMinor: 1_000,
  taxClass: "standard",
  ...line,
});

export const aPurchase = (input: Partial<QuoteInput> = {}): QuoteInput => ({
  currency: "EUR",
  country: "FR",
  pricesIncludeTax: true,
  at: AT,
  lines: [aLine()],
  rates: FRENCH,
  coupons: [],
  ...input,
});

export const percentOff = (code: string, percentBasisPoints: number, more: Partial<Coupon> = {}) =>
  ({ code, kind: "percent", percentBasisPoints, ...more }) satisfies Coupon;
export const amountOff = (code: string, amountMinor: number, more: Partial<Coupon> = {}) =>
  ({ code, kind: "amount", amountMinor, currency: "EUR", ...more }) satisfies Coupon;

const variantIds = fc.constantFrom("v1", "v2", "v3");

export const lines = fc.array(
  fc.record(
    {
      variantId: variantIds,
      quantity: fc.oneof(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 30 })),
      // Small amounts and many equal lines, because there the roundings collide.
      unitMinor: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 40 }), fc.nat({ max: 1_000_000 })),
      taxClass: fc.constantFrom(...Object.keys(FRENCH), "twin"),
      listMinor: fc.nat({ max: 1_000_000 }),
    },
    { requiredKeys: ["variantId", "quantity", "unitMinor", "taxClass"] },
  ),
  { maxLength: 12 },
);

/** For every variant, so that none is refused for having nothing to do. */
export const coupons = fc.uniqueArray(
  fc.oneof(
    fc.nat({ max: 10_000 }).map((points) => percentOff(`P${points}`, points)),
    fc.nat({ max: 5_000 }).map((minor) => amountOff(`A${minor}`, minor)),
  ),
  { maxLength: 5, selector: ({ code }) => code },
);

export const purchases = fc
  .record({ lines, coupons, pricesIncludeTax: fc.boolean() })
  .map((parts) => {
    const some = parts.lines.length > 0 ? parts.coupons : [];
    return aPurchase({ ...parts, coupons: some, rates: { ...FRENCH, twin: 550 } });
  });

export const add = (amounts: readonly number[]): number =>
  amounts.reduce((total, amount) => total + amount, 0);

/** The tax of each rate from the lines of an answer, by EN 16931's sums, in plain bigint steps. */
export function taxByRate({ lines, pricesIncludeTax }: Quote): Map<number, number> {
  const sums = new Map<number, bigint>();
  for (const { taxBasisPoints: rate, totalMinor } of lines) {
    sums.set(rate, (sums.get(rate) ?? 0n) + BigInt(totalMinor));
  }
  const taxes = [...sums].map(([rate, total]): [number, number] => {
    const whole = 10_000n + (pricesIncludeTax ? BigInt(rate) : 0n);
    // Half up for what is not negative: ⌊x + ½⌋.
    return [rate, Number((2n * total * BigInt(rate) + whole) / (2n * whole))];
  });
  return new Map(taxes);
}
