import { UnknownCurrency } from "../../../../lib/money.ts";
import { CouponCurrency } from "../../../../services/pricing/contract/failures.ts";
import { quote } from "../../../../services/pricing/domain/quote.ts";
import { aLine, amountOff, aPurchase, percentOff } from "./carts.ts";

const refusing = ({ type }: { type: string }) => expect.objectContaining({ type });

describe("French carts, calculated by hand", () => {
  test("899.99 at 20 %", () => {
    const answer = quote(aPurchase({ lines: [aLine({ unitMinor: 89_999 })] }));
    expect(answer).toMatchObject({
      subtotalMinor: 89_999,
      discountMinor: 0,
      totalMinor: 89_999,
      taxMinor: 15_000,
      netMinor: 74_999,
      grossMinor: 89_999,
      discounts: [],
    });
  });

  test("tea at 5.5 % and a teapot at 20 %", () => {
    const { lines, taxes } = quote(
      aPurchase({
        lines: [
          aLine({ variantId: "teapot", unitMinor: 4_990 }),
          aLine({ variantId: "tea", quantity: 3, unitMinor: 799, taxClass: "reduced" }),
        ],
      }),
    );
    // 49.90 ÷ 6 = 8.3167; 23.97 × 5.5 ÷ 105.5 = 1.2496
    expect(lines.map((line) => [line.totalMinor, line.taxMinor, line.netMinor])).toEqual([
      [4_990, 832, 4_158],
      [2_397, 125, 2_272],
    ]);
    expect(taxes).toEqual([
      {
        taxClass: "standard",
        basisPoints: 2_000,
        netMinor: 4_158,
        taxMinor: 832,
        grossMinor: 4_990,
      },
      { taxClass: "reduced", basisPoints: 550, netMinor: 2_272, taxMinor: 125, grossMinor: 2_397 },
    ]);
  });

  test("a mixed cart with a coupon of 10 %", () => {
    const answer = quote(
      aPurchase({
        lines: [
          aLine({ variantId: "lamp", quantity: 2, unitMinor: 4_990 }),
          aLine({ variantId: "tea", quantity: 3, unitMinor: 799, taxClass: "reduced" }),
          aLine({ variantId: "pen", quantity: 1, unitMinor: 1_245 }),
        ],
        coupons: [percentOff("BIENVENUE10", 1_000)],
      }),
    );
    // 10 % of 136.22 is 13.622, so 13.62: lines 9.9785, 2.3966, 1.2448 → 9.98, 2.40, 1.24.
    // 20 %: 101.03 ÷ 6 = 16.8383; lines 14.9715 and 1.8685 → 14.97, 1.87. 5.5 %: 21.57 → 1.1245.
    expect(
      answer.lines.map(({ discountMinor, totalMinor, taxMinor, netMinor }) => [
        discountMinor,
        totalMinor,
        taxMinor,
        netMinor,
      ]),
    ).toEqual([
      [998, 8_982, 1_497, 7_485],
      [240, 2_157, 112, 2_045],
      [124, 1_121, 187, 934],
    ]);
    expect(answer).toMatchObject({
      subtotalMinor: 13_622,
      discountMinor: 1_362,
      totalMinor: 12_260,
      taxMinor: 1_796,
      netMinor: 10_464,
      grossMinor: 12_260,
      discounts: [{ code: "BIENVENUE10", amountMinor: 1_362 }],
    });
    expect(answer.taxes.map(({ taxMinor, netMinor }) => [taxMinor, netMinor])).toEqual([
      [1_684, 8_419],
      [112, 2_045],
    ]);
  });

  test("tax is rounded on the sum of a rate, not on each line", () => {
    const three = ["a", "b", "c"].map((variantId) => aLine({ variantId, unitMinor: 3 }));
    // Each 0.03 holds 0.005 of tax, which alone would be 0.01; together it is 0.015, so 0.02.
    const { taxMinor, lines } = quote(aPurchase({ lines: three }));
    expect(taxMinor).toBe(2);
    expect(lines.map((line) => line.taxMinor)).toEqual([1, 1, 0]);
  });

  test("classes of one rate are rounded together", () => {
    const lines = [
      aLine({ variantId: "z", unitMinor: 100, taxClass: "books" }),
      aLine({ variantId: "a", unitMinor: 100, taxClass: "food" }),
    ];
    const rates = { books: 550, food: 550 };
    // 5.5 % of 1.00 twice would be 0.06 twice; of 2.00 it is 0.11.
    const { taxMinor, taxes } = quote(aPurchase({ lines, rates, pricesIncludeTax: false }));
    expect(taxMinor).toBe(11);
    expect(taxes.map((tax) => [tax.taxClass, tax.taxMinor])).toEqual([
      ["books", 5],
      ["food", 6],
    ]);
  });

  test("prices without tax: three thirds of 9.99", () => {
    const thirds = ["a", "b", "c"].map((variantId) => aLine({ variantId, unitMinor: 333 }));
    const answer = quote(aPurchase({ lines: thirds, pricesIncludeTax: false }));
    // 20 % of 3.33 is 0.666 three times; of 9.99 it is 1.998, so 2.00 and not 2.01.
    expect(answer).toMatchObject({
      totalMinor: 999,
      taxMinor: 200,
      netMinor: 999,
      grossMinor: 1_199,
    });
    expect(answer.lines.map((line) => [line.totalMinor, line.taxMinor, line.netMinor])).toEqual([
      [333, 67, 333],
      [333, 67, 333],
      [333, 66, 333],
    ]);
  });

  test("10.00 off three equal things", () => {
    const equal = ["a", "b", "c"].map((variantId) => aLine({ variantId, unitMinor: 2_000 }));
    const { lines } = quote(aPurchase({ lines: equal, coupons: [amountOff("DIX", 1_000)] }));
    expect(lines.map((line) => line.discountMinor)).toEqual([334, 333, 333]);
  });
});

describe("other currencies", () => {
  test("yen have no decimals", () => {
    const input = {
      currency: "JPY",
      country: "JP",
      lines: [aLine({ quantity: 3, unitMinor: 333 })],
      rates: { standard: 1_000 },
      coupons: [percentOff("HARU", 1_500)],
    };
    // 15 % of 999 is 149.85; 849 ÷ 11 = 77.18.
    expect(quote(aPurchase(input))).toMatchObject({
      discountMinor: 150,
      totalMinor: 849,
      taxMinor: 77,
      netMinor: 772,
    });
  });

  test("dinars have three", () => {
    const input = {
      currency: "TND",
      country: "TN",
      lines: [aLine({ quantity: 2, unitMinor: 12_345 })],
      rates: { standard: 1_900 },
    };
    // 24.690 × 19 ÷ 119 = 3.94210
    expect(quote(aPurchase(input))).toMatchObject({ totalMinor: 24_690, taxMinor: 3_942 });
  });

  test("a currency that is none, and a coupon of another one, are refused", () => {
    expect(() => quote(aPurchase({ currency: "FRF" }))).toThrow(refusing(UnknownCurrency));
    const coupons = [amountOff("CAFE5", 500)];
    expect(() => quote(aPurchase({ currency: "CHF", coupons }))).toThrow(refusing(CouponCurrency));
  });
});
