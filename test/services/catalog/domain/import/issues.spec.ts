import { ISSUES } from "../../../../../services/catalog/domain/import/issues.ts";
import { file, read, tea } from "./reading.ts";

test("every fault tells in both languages what it is about, and how to mend it", async () => {
  const { issues } = await read(file("x", tea({ "Variant Price": "-3" })));
  expect(issues).toHaveLength(3);
  for (const { what, hint, value } of issues) {
    for (const sentence of [what.fr, what.en, hint.fr, hint.en]) {
      expect(sentence).toMatch(/^.{10,}[.]$/s);
      expect(sentence).not.toMatch(/[{}…]/);
    }
    expect(value.length).toBeLessThanOrEqual(120);
  }
});

test("every kind of fault has both languages, and names the same words in both", () => {
  const words = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([word]) => word);
  for (const { what, hint } of Object.values(ISSUES)) {
    for (const { fr, en } of [what, hint]) {
      expect(fr).not.toBe(en);
      expect(words(fr).toSorted()).toEqual(words(en).toSorted());
    }
  }
});
