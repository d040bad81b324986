import {
  addedUp,
  type Line,
  mergedCoupons,
  mergedLines,
} from "../../../../services/carts/domain/cart.ts";
import { type Change, differencesOf } from "../../../../services/carts/domain/changes.ts";

const line = (variantId: string, quantity: number): Line => ({
  variantId,
  productId: "p",
  sku: "s",
  titleFr: "f",
  titleEn: "e",
  quantity,
});
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => line(`v${from + n}`, 1));
const at = { cartId: "c", variantId: "v" };

test.each([
  [0, 0, 1, 1],
  [99, 0, 9_999, 9_999],
  [100, 5, 3, 8],
  [1, 9_998, 1, 9_999],
])("with %i lines and %i of it, %i more make %i", (count, quantity, more, sum) => {
  expect(addedUp(at, { lines: count, quantity }, more)).toBe(sum);
});

test.each([
  [100, 0, 1, "CART_FULL"],
  [1, 9_999, 1, "CART_LINE_TOO_LARGE"],
  [0, 0, 10_000, "CART_LINE_TOO_LARGE"],
])("with %i lines and %i of it, %i more are refused: %s", (count, quantity, more, type) => {
  expect(() => addedUp(at, { lines: count, quantity }, more)).toThrow(
    expect.objectContaining({ type }),
  );
});

test("merging adds up, cuts at 9,999, and answers only what changes", () => {
  const into = [line("a", 1), line("b", 9_990), line("full", 9_999)];
  const from = [line("b", 20), line("c", 2), line("full", 1)];
  expect(mergedLines("c", into, from)).toEqual([
    { before: 9_990, line: line("b", 9_999) },
    { before: 0, line: line("c", 2) },
  ]);
});

test("merging makes at most 100 lines", () => {
  expect(mergedLines("c", lines(0, 60), lines(40, 100))).toHaveLength(60);
  expect(() => mergedLines("c", lines(0, 60), lines(40, 101))).toThrow(
    expect.objectContaining({ type: "CART_FULL" }),
  );
});

test("coupons come along once, and as many as fit", () => {
  expect(mergedCoupons(["A", "B"], ["B", "C"])).toEqual(["C"]);
  expect(mergedCoupons(["A", "B", "C"], ["D", "E", "F"])).toEqual(["D", "E"]);
  expect(mergedCoupons(["A", "B", "C", "D", "E"], ["F"])).toEqual([]);
});

test("differences are net: first before, last after, and nothing that came and went", () => {
  const change = (key: string, before: number, after: number): Change => ({
    subject: "line",
    key,
    before,
    after,
  });
  const coupon = (key: string, after: number): Change => ({
    subject: "coupon",
    key,
    before: 1 - after,
    after,
  });
  const changes = [
    change("a", 1, 3),
    change("b", 0, 1),
    change("a", 3, 2),
    change("b", 1, 0),
    change("c", 4, 0),
    coupon("TEN", 1),
    coupon("OLD", 0),
    coupon("BRIEF", 1),
    coupon("BRIEF", 0),
  ];
  expect(differencesOf(changes)).toEqual([
    { variantId: "a", before: 1, after: 2 },
    { variantId: "c", before: 4, after: 0 },
    { coupon: "TEN", change: "added" },
    { coupon: "OLD", change: "removed" },
  ]);
});
