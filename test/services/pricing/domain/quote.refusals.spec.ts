import { AmountTooLarge } from "../../../../lib/money.ts";
import { quote } from "../../../../services/pricing/domain/quote.ts";
import {
  QuantityOutOfRange,
  TaxRateMissing,
  TooManyLines,
} from "../../../../services/pricing/contract/failures.ts";
import { aLine, aPurchase } from "./carts.ts";

const refusing = ({ type }: { type: string }) => expect.objectContaining({ type });

test.each([0, -1, 1.5, 10_000, Number.NaN])("%p pieces", (quantity) => {
  expect(() => quote(aPurchase({ lines: [aLine({ quantity })] }))).toThrow(
    refusing(QuantityOutOfRange),
  );
});

test("as many lines and pieces as allowed, but no line more", () => {
  const most = Array.from({ length: 500 }, () => aLine({ quantity: 9_999 }));
  expect(quote(aPurchase({ lines: most })).totalMinor).toBe(500 * 9_999 * 1_000);
  expect(() => quote(aPurchase({ lines: [...most, aLine()] }))).toThrow(refusing(TooManyLines));
});

test.each(["luxury", "constructor", "__proto__"])("a class without a rate: %s", (taxClass) => {
  expect(() => quote(aPurchase({ lines: [aLine({ taxClass })] }))).toThrow(
    refusing(TaxRateMissing),
  );
});

test.each([
  [[aLine({ unitMinor: 2 ** 53 })]],
  [[aLine({ unitMinor: 2 ** 52, quantity: 2 })]],
  [[aLine({ unitMinor: 2 ** 52 }), aLine({ unitMinor: 2 ** 52 })]],
])("what is beyond 2^53", (lines) => {
  expect(() => quote(aPurchase({ lines }))).toThrow(refusing(AmountTooLarge));
});

test("the largest amount itself is exact", () => {
  const unitMinor = Number.MAX_SAFE_INTEGER;
  const answer = quote(aPurchase({ lines: [aLine({ unitMinor })] }));
  expect(answer).toMatchObject({ totalMinor: unitMinor, taxMinor: 1_501_199_875_790_165 });
});

test.each([
  [-1, "The price of v1 is negative."],
  [0.5, "not a whole number"],
])("a price of %p is a fault", (unitMinor, message) => {
  expect(() => quote(aPurchase({ lines: [aLine({ unitMinor })] }))).toThrow(message);
});
