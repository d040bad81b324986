import * as fc from "fast-check";
import { type Quote, quote } from "../../../../services/pricing/domain/quote.ts";
import { add, aLine, aPurchase, percentOff, purchases, taxByRate } from "./carts.ts";

const answers = purchases.map((input) => quote(input));
const RUNS = { numRuns: 500 };

/** The answer without the order of its lines. */
const unordered = (answer: Quote) => ({
  ...answer,
  lines: answer.lines.map((line) => JSON.stringify(line)).sort(),
});

test("a line is quantity × unit − discount, and the total is the Σ of the lines", () => {
  fc.assert(
    fc.property(answers, (answer) => {
      for (const line of answer.lines) {
        expect(line.subtotalMinor).toBe(line.quantity * line.unitMinor);
        expect(line.totalMinor).toBe(line.subtotalMinor - line.discountMinor);
      }
      expect(answer.totalMinor).toBe(add(answer.lines.map((line) => line.totalMinor)));
      expect(answer.totalMinor).toBe(answer.subtotalMinor - answer.discountMinor);
    }),
    RUNS,
  );
});

test("the parts of discounts and taxes add up", () => {
  fc.assert(
    fc.property(answers, (answer) => {
      const { lines, discounts, taxes } = answer;
      expect(add(discounts.map((one) => one.amountMinor))).toBe(answer.discountMinor);
      expect(add(lines.map((line) => line.discountMinor))).toBe(answer.discountMinor);
      for (const part of ["taxMinor", "netMinor"] as const) {
        expect(add(lines.map((line) => line[part]))).toBe(answer[part]);
        expect(add(taxes.map((tax) => tax[part]))).toBe(answer[part]);
      }
      for (const { taxClass, netMinor, taxMinor, grossMinor } of taxes) {
        const ofClass = lines.filter((line) => line.taxClass === taxClass);
        expect(add(ofClass.map((line) => line.taxMinor))).toBe(taxMinor);
        expect(netMinor + taxMinor).toBe(grossMinor);
      }
      expect(answer.netMinor + answer.taxMinor).toBe(answer.grossMinor);
      expect(answer.pricesIncludeTax ? answer.grossMinor : answer.netMinor).toBe(answer.totalMinor);
    }),
    RUNS,
  );
});

test("the tax of each rate is the one calculated on its sum", () => {
  fc.assert(
    fc.property(answers, (answer) => {
      for (const [rate, taxMinor] of taxByRate(answer)) {
        const ofRate = answer.lines.filter((line) => line.taxBasisPoints === rate);
        expect(add(ofRate.map((line) => line.taxMinor))).toBe(taxMinor);
      }
    }),
    RUNS,
  );
});

test("nothing is negative, and no line gets more tax or discount than it has", () => {
  fc.assert(
    fc.property(answers, (answer) => {
      for (const line of answer.lines) {
        expect(Math.min(line.discountMinor, line.totalMinor, line.taxMinor)).toBeGreaterThanOrEqual(
          0,
        );
        expect(line.netMinor).toBeGreaterThanOrEqual(0);
        expect(line.discountMinor).toBeLessThanOrEqual(line.subtotalMinor);
      }
    }),
    RUNS,
  );
});

test("the order of lines and coupons changes no sum and no line", () => {
  const shuffled = purchases.chain((input) =>
    fc.record({
      input: fc.constant(input),
      lines: fc.shuffledSubarray([...input.lines], { minLength: input.lines.length }),
      coupons: fc.shuffledSubarray([...input.coupons], { minLength: input.coupons.length }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ input, lines, coupons }) => {
      expect(unordered(quote({ ...input, lines, coupons }))).toEqual(unordered(quote(input)));
    }),
    { numRuns: 2_000 },
  );
});

test("the lines come back in the order in which they were given", () => {
  fc.assert(
    fc.property(purchases, (input) => {
      const given = ({
        variantId,
        quantity,
        unitMinor,
        taxClass,
      }: (typeof input.lines)[number]) => ({
        variantId,
        quantity,
        unitMinor,
        taxClass,
      });
      expect(quote(input).lines.map(given)).toEqual(input.lines.map(given));
    }),
  );
});

test("without a coupon, nothing is taken off; quoting twice is quoting once", () => {
  fc.assert(
    fc.property(purchases, (input) => {
      const answer = quote({ ...input, coupons: [] });
      expect(answer.totalMinor).toBe(answer.subtotalMinor);
      expect(answer.lines.every((line) => line.discountMinor === 0)).toBe(true);
      expect(quote({ ...input, coupons: [] })).toEqual(answer);
    }),
  );
});

test("every amount is a whole number that JSON carries unchanged, never minus nothing", () => {
  fc.assert(
    fc.property(answers, (answer) => {
      expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    }),
  );
});

test("an empty purchase costs nothing", () => {
  expect(quote(aPurchase({ lines: [] }))).toMatchObject({
    lines: [],
    taxes: [],
    totalMinor: 0,
    grossMinor: 0,
  });
});

test("of lines that differ only in quantity, the same one gets the last cent", () => {
  const lines = [1, 3].map((quantity) => aLine({ quantity, unitMinor: 10 }));
  // 5 % of 0.40 is 0.02, of which 0.005 and 0.015 are due: both have half a cent left.
  const input = aPurchase({ lines, coupons: [percentOff("CINQ", 500)] });
  const turned = { ...input, lines: lines.toReversed() };
  expect(unordered(quote(turned))).toEqual(unordered(quote(input)));
});
