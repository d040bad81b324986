import * as fc from "fast-check";
import { allocate, type Wanted } from "../../../../services/inventory/domain/allocate.ts";
import type { Shelf } from "../../../../services/inventory/domain/shelves.ts";

const shelf = (
  storeId: string,
  variantId: string,
  onHand: number,
  { reserved = 0, open = true } = {},
): Shelf => ({ storeId, variantId, onHand, reserved, open });
const order = (lines: [variantId: string, quantity: number][], storeId?: string): Wanted => ({
  orderId: "order",
  storeId,
  lines: lines.map(([variantId, quantity], line) => ({ line, variantId, quantity })),
});
const none: ReadonlySet<string> = new Set();

test("first come, first served: who comes later gets what is left", () => {
  const shelves = [shelf("a", "tea", 3)];
  const wanted = [order([["tea", 2]]), order([["tea", 2]]), order([["tea", 1]])];
  expect(allocate(wanted, { unlimited: none, shelves })).toEqual([
    {
      outcome: "reserved",
      allocations: [{ line: 0, storeId: "a", variantId: "tea", quantity: 2 }],
    },
    { outcome: "rejected", variantId: "tea", available: 1 },
    {
      outcome: "reserved",
      allocations: [{ line: 0, storeId: "a", variantId: "tea", quantity: 1 }],
    },
  ]);
});

test("what is reserved, short, or in a closed store is not given", () => {
  const shelves = [
    shelf("a", "tea", 3, { reserved: 3 }),
    shelf("b", "tea", 1, { reserved: 4 }),
    shelf("c", "tea", 9, { open: false }),
  ];
  const [answer] = allocate([order([["tea", 1]])], { unlimited: none, shelves });
  expect(answer).toEqual({ outcome: "rejected", variantId: "tea", available: 0 });
});

test("two lines of the same variant share what there is of it", () => {
  const shelves = [shelf("a", "tea", 3)];
  const [answer] = allocate(
    [
      order([
        ["tea", 2],
        ["tea", 2],
      ]),
    ],
    { unlimited: none, shelves },
  );
  expect(answer).toEqual({ outcome: "rejected", variantId: "tea", available: 3 });
});

const stores = ["a", "b", "c"];
const variants = ["tea", "cup", "pot"];
const aShelf = fc.record({
  storeId: fc.constantFrom(...stores),
  variantId: fc.constantFrom(...variants),
  onHand: fc.integer({ min: -2, max: 12 }),
  reserved: fc.integer({ min: 0, max: 6 }),
  open: fc.boolean(),
});
const anOrder = fc.record({
  orderId: fc.constant("order"),
  storeId: fc.option(fc.constantFrom(...stores, "elsewhere"), { nil: undefined }),
  lines: fc
    .array(fc.tuple(fc.constantFrom(...variants, "lesson"), fc.integer({ min: 1, max: 6 })), {
      minLength: 1,
      maxLength: 5,
    })
    .map((lines) => lines.map(([variantId, quantity], line) => ({ line, variantId, quantity }))),
});
const situation = fc.tuple(
  fc.uniqueArray(aShelf, { selector: ({ storeId, variantId }) => storeId + variantId }),
  fc.array(anOrder, { maxLength: 12 }),
);

test("nothing is given twice or in part, and nobody is refused what is there", () => {
  fc.assert(
    fc.property(situation, ([shelves, wanted]) => {
      const unlimited = new Set(["lesson"]);
      const left = new Map(
        shelves.map(({ storeId, variantId, onHand, reserved, open }) => [
          storeId + variantId,
          open ? Math.max(0, onHand - reserved) : 0,
        ]),
      );
      const leftOf = (variantId: string) =>
        stores.reduce((sum, storeId) => sum + (left.get(storeId + variantId) ?? 0), 0);
      const answers = allocate(wanted, { unlimited, shelves });
      expect(answers).toHaveLength(wanted.length);

      for (const [i, { lines }] of wanted.entries()) {
        const answer = answers[i];
        const needs = (variantId: string) =>
          lines
            .filter((line) => line.variantId === variantId)
            .reduce((sum, { quantity }) => sum + quantity, 0);
        const enough = variants.every((variantId) => needs(variantId) <= leftOf(variantId));
        expect(answer?.outcome).toBe(enough ? "reserved" : "rejected");
        const refused = answer?.outcome === "rejected" ? [answer] : [];
        expect(refused.map(({ available }) => available)).toEqual(
          refused.map(({ variantId }) => leftOf(variantId)),
        );
        expect(refused.every((one) => needs(one.variantId) > one.available)).toBe(true);
        if (answer?.outcome !== "reserved") continue;
        for (const { storeId, variantId, quantity } of answer.allocations) {
          const after = (left.get(storeId + variantId) ?? 0) - quantity;
          expect(quantity).toBeGreaterThan(0);
          expect(after).toBeGreaterThanOrEqual(0);
          left.set(storeId + variantId, after);
        }
        for (const { line, variantId, quantity } of lines) {
          const given = answer.allocations.filter((part) => part.line === line);
          expect(given.every((part) => part.variantId === variantId)).toBe(true);
          const sum = given.reduce((total, part) => total + part.quantity, 0);
          expect(sum).toBe(unlimited.has(variantId) ? 0 : quantity);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("nothing is taken from a later store while an earlier one has some, the wanted store being the earliest", () => {
  fc.assert(
    fc.property(situation, ([shelves, wanted]) => {
      const [first] = wanted;
      if (!first) return;
      const [answer] = allocate([first], { unlimited: new Set(["lesson"]), shelves });
      if (answer?.outcome !== "reserved") return;
      for (const { variantId, storeId } of answer.allocations) {
        const asked = shelves
          .filter((one) => one.variantId === variantId && one.open)
          .toSorted(
            (a, b) => Number(b.storeId === first.storeId) - Number(a.storeId === first.storeId),
          );
        for (const earlier of asked.slice(
          0,
          asked.findIndex((one) => one.storeId === storeId),
        )) {
          const taken = answer.allocations
            .filter((part) => part.variantId === variantId && part.storeId === earlier.storeId)
            .reduce((sum, { quantity }) => sum + quantity, 0);
          expect(taken).toBe(Math.max(0, earlier.onHand - earlier.reserved));
        }
      }
    }),
    { numRuns: 500 },
  );
});
