import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ISSUES from "../../../../../services/catalog/domain/import/issues.json" with { type: "json" };
import { file, read, tea } from "./reading.ts";

test("every issue says in both languages what it is about, and what to do", async () => {
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

describe("the messages", () => {
  const words = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([word]) => word);

  test.each(Object.entries(ISSUES))("of %s have both languages, with the same words", (_, kind) => {
    expect(["info", "warning", "error"]).toContain(kind.level);
    for (const { fr, en } of [kind.what, kind.hint]) {
      expect(fr).toMatch(/^[^ ].{6,}/s);
      expect(fr).not.toBe(en);
      expect(words(fr).toSorted()).toEqual(words(en).toSorted());
    }
  });

  test("are each used by the code", () => {
    const catalog = path.resolve(import.meta.dirname, "../../../../../services/catalog");
    const code = globSync("**/*.ts", { cwd: catalog })
      .map((name) => readFileSync(path.join(catalog, name), "utf8"))
      .join("\n");
    expect(Object.keys(ISSUES).filter((key) => !code.includes(`"${key}"`))).toEqual([]);
  });
});
