import * as fc from "fast-check";
import {
  currencyOf,
  readPrice,
  writePrice,
} from "../../../../../services/catalog/domain/import/price.ts";

const priced = (text: string, currency: string) => {
  const read = readPrice(text, currencyOf(currency));
  return "minor" in read ? read.minor : read.refused;
};

test.each<[string, string, number | string]>([
  ["12", "EUR", 1_200],
  ["12.5", "EUR", 1_250],
  ["12,5", "EUR", 1_250],
  ["0", "EUR", 0],
  ["-0.00", "EUR", 0],
  [".99", "EUR", 99],
  ["1,299.00", "USD", 129_900],
  ["1 299,00 €", "EUR", 129_900],
  ["1\u00a0299,00\u00a0€", "EUR", 129_900],
  ["1\u202f299,00", "EUR", 129_900],
  ["1.299,00", "EUR", 129_900],
  ["1'299.00", "CHF", 129_900],
  ["1,234,567", "USD", 123_456_700],
  ["1.234.567", "EUR", 123_456_700],
  ["$12.00", "USD", 1_200],
  ["USD 12.00", "USD", 1_200],
  ["12.00 eur", "EUR", 1_200],
  ["12.5000", "EUR", 1_250],
  ["1299", "JPY", 1_299],
  ["1,299", "JPY", 1_299],
  ["1299.00", "JPY", 1_299],
  ["1.299", "TND", 1_299],
  ["100000000.00", "EUR", 10_000_000_000],
  ["100000000.01", "EUR", "PRICE_TOO_LARGE"],
  ["9".repeat(30), "EUR", "PRICE_TOO_LARGE"],
  ["12.345", "EUR", "PRICE_TOO_PRECISE"],
  ["12.3456", "EUR", "PRICE_TOO_PRECISE"],
  ["12.500", "EUR", "PRICE_TOO_PRECISE"],
  ["12.5", "JPY", "PRICE_TOO_PRECISE"],
  ["1,299", "EUR", "PRICE_AMBIGUOUS"],
  ["1,299", "TND", "PRICE_AMBIGUOUS"],
  ["-1.00", "EUR", "PRICE_NEGATIVE"],
  ["\u22121.00", "EUR", "PRICE_NEGATIVE"],
  ["-€1.00", "EUR", "PRICE_NEGATIVE"],
  ["€-1.00", "EUR", "PRICE_NEGATIVE"],
  ["$12.00", "EUR", "PRICE_OTHER_CURRENCY"],
  ["12 USD", "EUR", "PRICE_OTHER_CURRENCY"],
  ["free", "EUR", "PRICE_UNREADABLE"],
  ["1e3", "EUR", "PRICE_UNREADABLE"],
  ["12.", "EUR", "PRICE_UNREADABLE"],
  ["1 2345", "EUR", "PRICE_UNREADABLE"],
  ["1,00,000.00", "EUR", "PRICE_UNREADABLE"],
  ["1.299.00", "EUR", "PRICE_UNREADABLE"],
  ["12-15", "EUR", "PRICE_UNREADABLE"],
  ["(12.00)", "EUR", "PRICE_UNREADABLE"],
  ["€ 12 €", "EUR", "PRICE_UNREADABLE"],
  ["NaN", "EUR", "PRICE_UNREADABLE"],
  ["", "EUR", "PRICE_UNREADABLE"],
])("%j in %s is %j", (text, currency, expected) => {
  expect(priced(text, currency)).toBe(expected);
});

test("every amount is written so that it is read back, in any currency", () => {
  const currency = fc.constantFrom("EUR", "JPY", "TND", "CLF").map(currencyOf);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), currency, (minor, currency) => {
      expect(readPrice(writePrice(minor, currency), currency)).toEqual({ minor });
    }),
  );
});

test("any text is a price or refused, never an error or a fraction", () => {
  const text = fc.string({
    unit: fc.constantFrom(...Array.from("0123456789.,'- €$EUR\u00a0")),
    maxLength: 14,
  });
  fc.assert(
    fc.property(text, (text) => {
      const read = readPrice(text, currencyOf("EUR"));
      const good =
        "minor" in read
          ? Number.isSafeInteger(read.minor) && read.minor >= 0
          : read.refused.startsWith("PRICE_");
      expect(good).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("what is no currency is the caller's mistake", () => {
  expect(() => currencyOf("euro")).toThrow(RangeError);
});
