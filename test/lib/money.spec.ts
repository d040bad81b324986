import * as fc from "fast-check";
import {
  AmountInvalid,
  AmountTooLarge,
  AmountTooPrecise,
  CURRENCIES,
  exponentOf,
  formatMoney,
  toDecimal,
  toDecimalText,
  toMinor,
  UnknownCurrency,
} from "../../lib/money.ts";

const refusing = ({ type }: { type: string }) => expect.objectContaining({ type });
const currencies = fc.constantFrom(...CURRENCIES);
const safeAmounts = fc.maxSafeInteger();

describe("currencies", () => {
  test.each([
    ["EUR", 2],
    ["JPY", 0],
    ["ISK", 0],
    ["TND", 3],
    ["IQD", 3],
    ["CLF", 4],
    ["XCG", 2],
    ["MRU", 2],
  ])("%s has %i decimals", (currency, decimals) => {
    expect(exponentOf(currency)).toBe(decimals);
  });

  test("each is listed once, and they are the 165 of the standard that have a minor unit", () => {
    expect(new Set(CURRENCIES).size).toBe(CURRENCIES.length);
    expect(CURRENCIES).toHaveLength(165);
    expect(CURRENCIES.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
  });

  test.each(["eur", "EU", "", "XAU", "XXX", "FRF", "BGN", "constructor"])(
    "%p is none in use",
    (currency) => {
      expect(() => exponentOf(currency)).toThrow(refusing(UnknownCurrency));
      expect(() => toMinor("1", currency)).toThrow(refusing(UnknownCurrency));
      expect(() => formatMoney(1, currency, "fr")).toThrow(refusing(UnknownCurrency));
    },
  );
});

describe("decimals to minor units", () => {
  test.each<[number | string, string, number]>([
    ["899.99", "EUR", 89_999],
    [899.99, "EUR", 89_999],
    [4.35, "EUR", 435],
    [1.15, "EUR", 115],
    [0.07, "EUR", 7],
    [8.2, "EUR", 820],
    ["12", "EUR", 1_200],
    ["12.5", "EUR", 1_250],
    ["007.10", "EUR", 710],
    ["-0.05", "EUR", -5],
    [-19.99, "EUR", -1_999],
    ["0.00", "EUR", 0],
    ["1250", "JPY", 1_250],
    [1250, "JPY", 1_250],
    ["12.345", "TND", 12_345],
    [12.3, "TND", 12_300],
    ["1.2345", "CLF", 12_345],
    ["90071992547409.91", "EUR", Number.MAX_SAFE_INTEGER],
    ["-90071992547409.91", "EUR", -Number.MAX_SAFE_INTEGER],
    [9_999_999_999_999.99, "EUR", 999_999_999_999_999],
  ])("%p %s is %i", (amount, currency, minor) => {
    expect(toMinor(amount, currency)).toBe(minor);
  });

  test("minus nothing is nothing", () => {
    expect(toMinor(-0, "EUR")).toBe(0);
    expect(toMinor("-0.00", "EUR")).toBe(0);
  });

  test.each<[number | string, string]>([
    ["899.999", "EUR"],
    ["1.000", "EUR"],
    [1.005, "EUR"],
    [0.1 + 0.2, "EUR"],
    [1e-7, "EUR"],
    [-1.5e-10, "EUR"],
    ["12.0", "JPY"],
    [12.5, "JPY"],
    ["1.2345", "TND"],
  ])("%p %s has too many decimals", (amount, currency) => {
    expect(() => toMinor(amount, currency)).toThrow(refusing(AmountTooPrecise));
  });

  test.each([
    "",
    " 1",
    "1 ",
    "1,50",
    "1 000",
    "1_000",
    "1e3",
    "0x10",
    "+5",
    ".5",
    "5.",
    "1.2.3",
    "--1",
    "-",
    "٣",
    "1\n",
    "Infinity",
    "9".repeat(1_000_000),
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])("%.20p is no amount", (amount) => {
    expect(() => toMinor(amount, "EUR")).toThrow(refusing(AmountInvalid));
  });

  test.each<[number | string, string]>([
    ["90071992547409.92", "EUR"],
    ["-90071992547409.92", "EUR"],
    ["9007199254740992", "JPY"],
    [10_000_000_000_000, "EUR"],
    [1e21, "JPY"],
    [-1e300, "EUR"],
  ])("%p %s is too large", (amount, currency) => {
    expect(() => toMinor(amount, currency)).toThrow(refusing(AmountTooLarge));
  });
});

describe("minor units to decimals", () => {
  test.each<[number, string, string]>([
    [89_999, "EUR", "899.99"],
    [89_990, "EUR", "899.90"],
    [5, "EUR", "0.05"],
    [-5, "EUR", "-0.05"],
    [-0, "EUR", "0.00"],
    [1_250, "JPY", "1250"],
    [12_345, "TND", "12.345"],
    [1, "CLF", "0.0001"],
    [Number.MAX_SAFE_INTEGER, "EUR", "90071992547409.91"],
  ])("%i %s is %s", (minor, currency, text) => {
    expect(toDecimalText(minor, currency)).toBe(text);
  });

  test("a decimal number is the one that people would write", () => {
    expect(toDecimal(89_999, "EUR")).toBe(899.99);
    expect(JSON.stringify(toDecimal(435, "EUR"))).toBe("4.35");
    expect(toDecimal(1_250, "JPY")).toBe(1250);
  });

  test.each([2 ** 53, -(2 ** 53), 1e300])("%p cannot be written", (minor) => {
    expect(() => toDecimalText(minor, "EUR")).toThrow(refusing(AmountTooLarge));
  });

  test.each([0.5, Number.NaN, Number.NEGATIVE_INFINITY])("%p minor units are a fault", (minor) => {
    expect(() => toDecimalText(minor, "EUR")).toThrow(RangeError);
  });

  test("what is written as text is read back, whatever the amount and the currency", () => {
    fc.assert(
      fc.property(safeAmounts, currencies, (minor, currency) => {
        expect(toMinor(toDecimalText(minor, currency), currency)).toBe(minor);
      }),
    );
  });

  test("what is written as a number is read back, below the limit of doubles", () => {
    const limit = 10 ** 15 - 1;
    fc.assert(
      fc.property(fc.integer({ min: -limit, max: limit }), currencies, (minor, currency) => {
        expect(toMinor(toDecimal(minor, currency), currency)).toBe(minor);
      }),
    );
  });
});

describe("money for people", () => {
  test.each<[number, string, string, string]>([
    [89_999, "EUR", "fr", "899,99\u00a0€"],
    [89_990, "EUR", "en", "€899.90"],
    [-500, "EUR", "en", "-€5.00"],
    [123_456, "JPY", "en", "¥123,456"],
    [12_345, "TND", "fr", "12,345\u00a0TND"],
    [1_234, "IQD", "en", "IQD\u00a01.234"],
    [Number.MAX_SAFE_INTEGER, "EUR", "fr", "90\u202f071\u202f992\u202f547\u202f409,91\u00a0€"],
  ])("%i %s in %s is %s", (minor, currency, locale, text) => {
    expect(formatMoney(minor, currency, locale)).toBe(text);
  });
});
