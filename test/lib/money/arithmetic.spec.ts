import * as fc from "fast-check";
import { allocate, AmountTooLarge, roundHalfUp, shareOf, sum, times } from "../../../lib/money.ts";

const MOST = Number.MAX_SAFE_INTEGER;
const tooLarge = expect.objectContaining({ type: AmountTooLarge.type });
const amounts = fc.maxSafeInteger();
const weightLists = fc.array(fc.oneof(fc.nat({ max: 20 }), fc.maxSafeNat()), {
  minLength: 1,
  maxLength: 40,
});

describe("allocating", () => {
  test.each<[number, number[], number[]]>([
    [100, [1, 1, 1], [34, 33, 33]],
    [101, [1, 1, 1], [34, 34, 33]],
    [1, [3_333, 3_333, 3_334], [0, 0, 1]],
    [5, [3, 7], [2, 3]],
    [10, [0, 5, 0, 5], [0, 5, 0, 5]],
    [3, [0, 1, 1], [0, 2, 1]],
    [7, [0, 0], [4, 3]],
    [0, [0, 0], [0, 0]],
    [0, [], []],
    [0, [3, 4], [0, 0]],
    [-100, [1, 1, 1], [-34, -33, -33]],
    [-1, [1, 1], [-1, 0]],
    [1_362, [9_980, 2_397, 1_245], [998, 240, 124]],
    [MOST, [MOST, MOST], [4_503_599_627_370_496, 4_503_599_627_370_495]],
  ])("%i over %j is %j", (total, weights, parts) => {
    expect(allocate(total, weights)).toEqual(parts);
  });

  test("it needs somebody to allocate to, and no negative weight", () => {
    expect(() => allocate(1, [])).toThrow(RangeError);
    expect(() => allocate(1, [2, -1])).toThrow(RangeError);
    expect(() => allocate(1, [0.5])).toThrow(RangeError);
    expect(() => allocate(2 ** 53, [1])).toThrow(tooLarge);
  });

  test("the parts add up, and each is its exact share rounded down or up", () => {
    fc.assert(
      fc.property(amounts, weightLists, (total, weights) => {
        const parts = allocate(total, weights);
        expect(sum(parts)).toBe(total);
        const all = weights.reduce((given, weight) => given + BigInt(weight), 0n);
        const even = all === 0n;
        const whole = even ? BigInt(weights.length) : all;
        parts.forEach((part, index) => {
          const exactTimesWhole = BigInt(total) * BigInt(even ? 1 : (weights[index] ?? 0));
          const off = BigInt(part) * whole - exactTimesWhole;
          expect(off < whole && off > -whole).toBe(true);
        });
      }),
    );
  });

  test("nobody gets more than their weight when there is no more than all weights", () => {
    const someOf = weightLists.chain((weights) =>
      fc.tuple(
        fc.nat({
          max: Math.min(
            MOST,
            weights.reduce((a, b) => a + b),
          ),
        }),
        fc.constant(weights),
      ),
    );
    fc.assert(
      fc.property(someOf, ([total, weights]) => {
        fc.pre(weights.some((weight) => weight > 0));
        allocate(total, weights).forEach((part, index) => {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(weights[index] ?? 0);
        });
      }),
    );
  });

  test("a larger weight never gets less, and of equals the first gets no less", () => {
    fc.assert(
      fc.property(fc.nat(), weightLists, (total, weights) => {
        const parts = allocate(total, weights).map((part, index) => ({
          part,
          w: weights[index] ?? 0,
        }));
        const ranked = parts.toSorted((a, b) => b.w - a.w).map(({ part }) => part);
        expect(ranked).toEqual(ranked.toSorted((a, b) => b - a));
      }),
    );
  });

  test("taking back is the mirror of giving", () => {
    fc.assert(
      fc.property(amounts, weightLists, (total, weights) => {
        const mirrored = allocate(-total, weights).map((part) => 0 - part);
        expect(mirrored).toEqual(allocate(total, weights));
      }),
    );
  });
});

describe("rounding half up", () => {
  test.each<[bigint, bigint, number]>([
    [1n, 2n, 1],
    [49n, 100n, 0],
    [50n, 100n, 1],
    [5n, 2n, 3],
    [-1n, 2n, -1],
    [-49n, 100n, 0],
    [5n, -2n, -3],
    [-5n, -2n, 3],
    [0n, 7n, 0],
    [BigInt(MOST) * 10n + 4n, 10n, MOST],
  ])("%i ÷ %i is %i", (numerator, denominator, rounded) => {
    expect(roundHalfUp(numerator, denominator)).toBe(rounded);
  });

  test("beyond 2^53 it refuses, and nothing can be divided by nothing", () => {
    expect(() => roundHalfUp(BigInt(MOST) * 10n + 5n, 10n)).toThrow(tooLarge);
    expect(() => roundHalfUp(1n, 0n)).toThrow(RangeError);
  });

  test.each<[number, number, number]>([
    [5, 1_000, 1],
    [4, 1_000, 0],
    [13_622, 1_000, 1_362],
    [999, 1_500, 150],
    [100, 550, 6],
    [1_234, 10_000, 1_234],
    [1_234, 0, 0],
    [-5, 1_000, -1],
    [MOST, 10_000, MOST],
    [1_005, 5_000, 503],
  ])("of %i, %i basis points are %i", (amount, basisPoints, share) => {
    expect(shareOf(amount, basisPoints)).toBe(share);
  });
});

test.each([
  () => sum([MOST, 1]),
  () => sum([-MOST, -1]),
  () => times(MOST, 2),
  () => times(2 ** 53, 1),
  () => shareOf(2 ** 53, 1),
])("nothing is ever rounded silently: %p", (calculate) => {
  expect(calculate).toThrow(tooLarge);
});

test("a sum may pass through what it could not end in", () => {
  expect(sum([MOST, MOST, -MOST])).toBe(MOST);
  expect(sum([])).toBe(0);
});
