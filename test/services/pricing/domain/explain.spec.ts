import * as fc from "fast-check";
import { quote } from "../../../../services/pricing/domain/quote.ts";
import { add, aLine, amountOff, aPurchase, purchases } from "./carts.ts";

test("each step is told in both languages, with what it adds or takes off", () => {
  const line = aLine({ quantity: 2, unitMinor: 1_000, listMinor: 1_250, taxClass: "reduced" });
  const coupons = [amountOff("CAFE5", 500)];
  const { explain } = quote(aPurchase({ lines: [line], coupons }));
  expect(explain.map(({ rule, amountMinor }) => [rule, amountMinor])).toEqual([
    ["list_price", 500],
    ["subtotal", 2_000],
    ["coupon", -500],
    ["tax_included", 78],
    ["total", 1_500],
  ]);
  expect(explain.map(({ text }) => text.en)).toContain("Of which VAT 5.5% (FR)");
  expect(explain.map(({ text }) => text.fr)).toContain("Dont TVA 5,5\u00a0% (FR)");
  expect(explain.map(({ text }) => text.fr)).toContain("Code promotionnel CAFE5");
});

test("a list price that is not higher is not a saving", () => {
  const { explain } = quote(aPurchase({ lines: [aLine({ listMinor: 900 })] }));
  expect(explain.map(({ rule }) => rule)).toEqual(["subtotal", "tax_included", "total"]);
});

test("subtotal, coupons and added taxes add up to what there is to pay", () => {
  fc.assert(
    fc.property(purchases, (input) => {
      const { explain, grossMinor } = quote(input);
      const added = explain.filter(({ rule }) =>
        ["subtotal", "coupon", "tax_added"].includes(rule),
      );
      expect(add(added.map(({ amountMinor }) => amountMinor))).toBe(grossMinor);
      expect(explain.at(-1)).toMatchObject({ rule: "total", amountMinor: grossMinor });
    }),
  );
});
