import fc from "fast-check";
import { corrected, slips } from "../../../../services/catalog/domain/spelling.ts";

const WORDS = ["bicycle", "brake", "casque", "chaussures", "necklace", "table", "the", "velo"];

test.each([
  ["bycicle", "bicycle"],
  ["bicylce", "bicycle"],
  ["braek", "brake"],
  ["neckalce", "necklace"],
  ["Chaussrues", "chaussures"],
  ["vélo chaussrue", "velo chaussures"],
  ["rbake", "brake"],
])("%s is meant as %s", (typed, meant) => {
  expect(corrected(typed, WORDS)).toBe(meant);
});

test.each([
  ["bicycle"],
  ["bicy"],
  // One letter from `table`, but who mistypes the first?
  ["cable"],
  ["thé"],
  ["teh"],
  ["zzzzzz"],
  ["b1cycle"],
  ["x".repeat(10_000)],
  [""],
])("%s stays", (typed) => {
  expect(corrected(typed, WORDS)).toBeUndefined();
});

const word = fc.string({
  unit: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  minLength: 1,
  maxLength: 12,
});

test("slips are counted alike from both sides, are none for the same word, and one for each kind", () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(slips(a, b)).toBe(slips(b, a));
      expect(slips(a, a)).toBe(0);
      expect(slips(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      expect(slips(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
  fc.assert(
    fc.property(word, fc.nat(11), (a, at) => {
      const n = at % a.length;
      const without = a.slice(0, n) + a.slice(n + 1);
      expect(slips(a, without)).toBe(1);
      expect(slips(a, `${a.slice(0, n)}z${a.slice(n)}`)).toBe(1);
      expect(slips(a, `${a.slice(0, n)}z${a.slice(n + 1)}`)).toBe(1);
      const [one = "", two = ""] = a.slice(n, n + 2);
      const swapped = a.slice(0, n) + two + one + a.slice(n + 2);
      expect(slips(a, swapped)).toBe(one === two || two === "" ? 0 : 1);
    }),
  );
});
