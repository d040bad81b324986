import * as fc from "fast-check";
import { AmountTooLarge, taxExcluded, taxIncluded } from "../../../lib/money.ts";

const MOST = Number.MAX_SAFE_INTEGER;
const tooLarge = expect.objectContaining({ type: AmountTooLarge.type });

// French rates: 20 %, 10 %, 5.5 %, 2.1 % (Code général des impôts, art. 278 to 281 octies).
test.each<[string, number, number, number, number]>([
  ["120.00 at 20 %", 12_000, 2_000, 10_000, 2_000],
  ["899.99 at 20 %: 149.9983", 89_999, 2_000, 74_999, 15_000],
  ["10.00 at 5.5 %: 0.5213", 1_000, 550, 948, 52],
  ["3.50 at 2.1 %: 0.0720", 350, 210, 343, 7],
  ["0.03 at 20 %: exactly half a cent", 3, 2_000, 2, 1],
  ["a credit of 0.03", -3, 2_000, -2, -1],
  ["what is exempt", 999, 0, 999, 0],
  ["the largest amount", MOST, 2_000, 7_505_999_378_950_826, 1_501_199_875_790_165],
])("included in %s", (_, grossMinor, rate, netMinor, taxMinor) => {
  expect(taxIncluded(grossMinor, rate)).toEqual({ netMinor, taxMinor, grossMinor });
});

test.each<[string, number, number, number]>([
  ["100.00 at 20 %", 10_000, 2_000, 2_000],
  ["1.00 at 5.5 %: exactly half a cent", 100, 550, 6],
  ["3.33 at 20 %: 0.666", 333, 2_000, 67],
  ["9.99 at 20 %: 1.998", 999, 2_000, 200],
  ["a credit of 1.00 at 5.5 %", -100, 550, -6],
])("on top of %s", (_, netMinor, rate, taxMinor) => {
  const grossMinor = netMinor + taxMinor;
  expect(taxExcluded(netMinor, rate)).toEqual({ netMinor, taxMinor, grossMinor });
});

test("on top of the largest amount there is no room", () => {
  expect(() => taxExcluded(MOST, 1)).toThrow(tooLarge);
  expect(() => taxIncluded(100, -1)).toThrow(RangeError);
});

test("a tax put on top is found inside again", () => {
  const nets = fc.nat({ max: 2 ** 50 });
  fc.assert(
    fc.property(nets, fc.nat({ max: 10_000 }), (net, rate) => {
      expect(taxIncluded(taxExcluded(net, rate).grossMinor, rate).netMinor).toBe(net);
    }),
  );
});
