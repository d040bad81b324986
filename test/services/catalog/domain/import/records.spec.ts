import * as fc from "fast-check";
import {
  type CsvRecord,
  RecordCutter,
} from "../../../../../services/catalog/domain/import/records.ts";

function cut(text: string, { size = 1_000, limit = 1_000 } = {}): CsvRecord[] {
  const cutter = new RecordCutter(",", limit);
  const records: CsvRecord[] = [];
  for (let at = 0; at < text.length; at += size) {
    records.push(...cutter.push(text.slice(at, at + size)));
  }
  return [...records, ...cutter.push("", true)];
}

test.each<[string, string, CsvRecord[]]>([
  [
    "unix breaks",
    "a,b\nc,d\n",
    [
      { line: 1, text: "a,b" },
      { line: 2, text: "c,d" },
    ],
  ],
  [
    "windows breaks",
    "a\r\nb\r\n",
    [
      { line: 1, text: "a" },
      { line: 2, text: "b" },
    ],
  ],
  [
    "old Mac breaks",
    "a\rb",
    [
      { line: 1, text: "a" },
      { line: 2, text: "b" },
    ],
  ],
  [
    "empty lines count but are no records",
    "a\n\n\nb",
    [
      { line: 1, text: "a" },
      { line: 4, text: "b" },
    ],
  ],
  [
    "breaks within quotes",
    'a,"1\n2\r\n3\r4"\nb',
    [
      { line: 1, text: 'a,"1\n2\r\n3\r4"' },
      { line: 5, text: "b" },
    ],
  ],
  [
    "doubled quotes",
    '"a""\n"""\nb',
    [
      { line: 1, text: '"a""\n"""' },
      { line: 3, text: "b" },
    ],
  ],
  [
    "a quote inside a bare cell is a letter",
    'a 29" wheel\nb',
    [
      { line: 1, text: 'a 29" wheel' },
      { line: 2, text: "b" },
    ],
  ],
  [
    "text after a closing quote",
    '"a"b,c\nd',
    [
      { line: 1, text: '"a"b,c', broken: "quote" },
      { line: 2, text: "d" },
    ],
  ],
  [
    "a quote never closed",
    '1,"a\n2,b\n3,c',
    [
      { line: 1, text: '1,"a\n2,b\n3,c', broken: "unclosed" },
      { line: 2, text: "2,b" },
      { line: 3, text: "3,c" },
    ],
  ],
  [
    "a quote never closed on the last line",
    'a\n1,"b',
    [
      { line: 1, text: "a" },
      { line: 2, text: '1,"b', broken: "unclosed" },
    ],
  ],
  [
    "a quote never closed, before quotes that are",
    '1,"a\n2,"b"\n3',
    [
      { line: 1, text: '1,"a\n2,"b"\n3', broken: "quote" },
      { line: 2, text: '2,"b"' },
      { line: 3, text: "3" },
    ],
  ],
])("%s", (_, text, records) => {
  for (const size of [1, 2, 3, 1_000]) {
    // Of a broken record only its beginning is told, which depends on what has come so far.
    const found = cut(text, { size }).map((each) =>
      each.broken ? { ...each, text: text.slice(0, each.text.length) } : each,
    );
    expect(found.map(({ line, broken }) => [line, broken])).toEqual(
      records.map(({ line, broken }) => [line, broken]),
    );
    expect(found.filter(({ broken }) => !broken)).toEqual(records.filter(({ broken }) => !broken));
  }
});

test("a record over the limit is given up, and reading goes on after it", () => {
  const long = "x".repeat(5_000);
  const found = cut(`a\n${long}\nb`, { size: 100 });
  expect(found.map(({ line, broken }) => [line, broken])).toEqual([
    [1, undefined],
    [2, "length"],
    [3, undefined],
  ]);
});

test("a quote that stays open past the limit costs its own line only", () => {
  const rows = Array.from({ length: 2_000 }, (_, n) => `row ${n}`);
  const found = cut(`"open\n${rows.join("\n")}`, { size: 333 });
  expect(found[0]).toMatchObject({ line: 1, broken: "unclosed" });
  expect(found.slice(1).map(({ text }) => text)).toEqual(rows);
  expect(found.at(-1)?.line).toBe(2_001);
});

test("a broken line that is endless does not hold up the next one", () => {
  const found = cut(`"a"b${"x".repeat(9_000)}\nc`, { size: 64 });
  expect(found.map(({ line, broken }) => [line, broken])).toEqual([
    [1, "quote"],
    [2, undefined],
  ]);
});

test("the pieces in which text comes make no difference, and lines only go up", () => {
  const text = fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a"), maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (text, size) => {
      const whole = cut(text);
      const pieces = cut(text, { size });
      const sound = (records: CsvRecord[]) =>
        records.map(({ line, broken, text }) => [line, broken, broken ? "" : text]);
      expect(sound(pieces)).toEqual(sound(whole));
      const lines = whole.map(({ line }) => line);
      expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
    }),
    { numRuns: 2_000 },
  );
});
