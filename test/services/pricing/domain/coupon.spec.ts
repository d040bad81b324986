import * as fc from "fast-check";
import { allFailures } from "../../../../lib/failure.ts";
import * as failures from "../../../../services/pricing/contract/failures.ts";
import {
  type Coupon,
  couponRefusal,
  normalCode,
} from "../../../../services/pricing/domain/coupon.ts";
import { quote } from "../../../../services/pricing/domain/quote.ts";
import { aLine, amountOff, aPurchase, AT, percentOff } from "./carts.ts";

const refusing = ({ type }: { type: string }) => expect.objectContaining({ type });
const judging = (coupon: Coupon, subtotalMinor = 5_000, at = AT) =>
  couponRefusal(coupon, { at, currency: "EUR", subtotalMinor });

describe("codes", () => {
  test.each([
    [" bienvenue10 ", "BIENVENUE10"],
    ["ＢＩＥＮＶＥＮＵＥ１０", "BIENVENUE10"],
    ["e\u0301te\u0301", "ÉTÉ"],
    ["\u00a0cafe5\n", "CAFE5"],
    ["straße", "STRASSE"],
  ])("%j is the same as %j", (entered, normal) => {
    expect(normalCode(entered)).toBe(normal);
  });

  test.each(["ΐ", "¨a", "ŉ", "ǰ", "ﬁn", "ß"])("the normal form of %s is final", (code) => {
    expect(normalCode(normalCode(code))).toBe(normalCode(code));
  });

  test("so is that of any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (code) => {
        expect(normalCode(normalCode(code))).toBe(normalCode(code));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("judging a coupon", () => {
  const season = percentOff("ETE", 1_000, {
    startsAt: "2026-03-01T00:00:00.000Z",
    endsAt: "2026-04-01T00:00:00.000Z",
  });

  test.each(["2026-03-01T00:00:00.000Z", "2026-03-31T23:59:59.999Z", "2026-04-01T01:59:00+02:00"])(
    "it is valid at %s",
    (at) => {
      expect(() => judging(season, 5_000, at)).not.toThrow();
    },
  );

  test.each([
    ["2026-02-28T23:59:59.999Z", failures.CouponNotStarted],
    ["2026-04-01T00:00:00.000Z", failures.CouponExpired],
    ["2026-03-01T00:30:00.000+01:00", failures.CouponNotStarted],
  ])("at %s it is not", (at, failure) => {
    expect(() => judging(season, 5_000, at)).toThrow(refusing(failure));
  });

  test("a moment that is none is a fault, not a valid coupon", () => {
    expect(() => judging(season, 5_000, "soon")).toThrow(RangeError);
  });

  test("the minimum itself is enough, and the person is told what it is", () => {
    const coupon = amountOff("CAFE5", 500, { minimumMinor: 3_000 });
    expect(() => judging(coupon, 3_000)).not.toThrow();
    expect(() => judging(coupon, 2_999)).toThrow(refusing(failures.CouponMinimum));
    expect(() => judging(coupon, 2_999)).toThrow("30.00 EUR");
  });

  test("an amount needs its currency; a percentage is good in all, unless it names one", () => {
    const { currency: _, ...homeless } = amountOff("CINQ", 500);
    const { CouponCurrency } = failures;
    expect(() => judging(homeless)).toThrow(refusing(CouponCurrency));
    expect(() => judging({ ...homeless, currency: "USD" })).toThrow(refusing(CouponCurrency));
    expect(() => judging(percentOff("P", 1, { currency: "USD" }))).toThrow(
      refusing(CouponCurrency),
    );
    expect(() => judging(percentOff("P", 1))).not.toThrow();
  });
});

describe("several coupons", () => {
  const take = (coupons: Coupon[], lines = [aLine({ unitMinor: 10_000 })]) =>
    quote(aPurchase({ lines, coupons })).discounts.map(({ code, amountMinor }) => [
      code,
      amountMinor,
    ]);
  const { CouponExclusive, CouponMinimum, CouponNotApplicable, TooManyCoupons } = failures;

  test("percentages come first, each on what is left, then amounts, each by code", () => {
    const entered = [
      amountOff("B", 100),
      amountOff("A", 200),
      percentOff("Y", 2_000),
      percentOff("x", 1_000),
    ];
    expect(take(entered)).toEqual([
      ["x", 1_000],
      ["Y", 1_800],
      ["A", 200],
      ["B", 100],
    ]);
  });

  test("the minimum is judged on what the ones before have left", () => {
    const least = amountOff("CAFE5", 500, { minimumMinor: 9_500 });
    expect(take([least])).toEqual([["CAFE5", 500]]);
    expect(() => take([least, percentOff("DIX", 1_000)])).toThrow(refusing(CouponMinimum));
  });

  test("they never take more than there is", () => {
    expect(take([amountOff("A", 9_000), amountOff("B", 9_000), amountOff("C", 1)])).toEqual([
      ["A", 9_000],
      ["B", 1_000],
      ["C", 0],
    ]);
  });

  test("the same code twice counts once", () => {
    expect(take([percentOff("dix", 1_000), percentOff(" DIX", 1_000)])).toHaveLength(1);
  });

  test("five are allowed, six are not", () => {
    const six = ["A", "B", "C", "D", "E", "F"].map((code) => amountOff(code, 1));
    expect(take(six.slice(1))).toHaveLength(5);
    expect(() => take(six)).toThrow(refusing(TooManyCoupons));
  });

  test("an exclusive one stands alone", () => {
    const alone = percentOff("SEUL", 3_000, { exclusive: true });
    expect(take([alone])).toEqual([["SEUL", 3_000]]);
    expect(take([alone, alone])).toEqual([["SEUL", 3_000]]);
    expect(() => take([percentOff("A", 1), alone])).toThrow(refusing(CouponExclusive));
  });

  test("one for some items reduces those only", () => {
    const lines = [
      aLine({ variantId: "tea", unitMinor: 1_000 }),
      aLine({ variantId: "cup", unitMinor: 3_000 }),
    ];
    const coupons = [amountOff("THE", 2_500, { variantIds: ["tea", "pot"] })];
    const answer = quote(aPurchase({ lines, coupons }));
    expect(answer.lines.map((line) => line.discountMinor)).toEqual([1_000, 0]);
  });

  test.each([[["pot"]], [[]]])("one for items that are not there is refused: %j", (variantIds) => {
    const coupon = percentOff("THE", 1_000, { variantIds });
    expect(() => take([coupon])).toThrow(refusing(CouponNotApplicable));
  });

  test.each<Partial<Coupon>>([
    { kind: "percent" },
    { kind: "percent", percentBasisPoints: 10_001 },
    { kind: "percent", percentBasisPoints: -1 },
    { kind: "amount", currency: "EUR" },
    { kind: "amount", currency: "EUR", amountMinor: -1 },
    { kind: "amount", currency: "EUR", amountMinor: 0.5 },
  ])("one that makes no sense is a fault: %j", (nonsense) => {
    expect(() => take([{ code: "X", kind: "percent", ...nonsense }])).toThrow(RangeError);
  });
});

test("each failure has its own type and a sentence that differs by language", () => {
  const declared = Object.values(failures);
  expect(new Set(declared.map(({ type }) => type)).size).toBe(declared.length);
  expect(declared.filter(({ sentence }) => sentence.fr === sentence.en)).toEqual([]);
  expect(allFailures()).toEqual(expect.arrayContaining(declared));
});
