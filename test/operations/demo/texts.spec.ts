import { DEMO } from "../../../operations/demo/company.ts";

const { categories, coupons, products } = DEMO;

interface Bilingual {
  fr: string;
  en: string;
}

const titles = [...categories, ...products].map(({ title }) => title);
const descriptions = products.map(({ description }) => description);
const labels = coupons.map(({ label }) => label);
const optionNames = products.flatMap(({ options }) => options.map(({ name }) => name));
const optionValues = products.flatMap(({ options }) => options.flatMap(({ values }) => values));
const prose = [...titles, ...descriptions, ...labels, ...optionNames];
const every = [...prose, ...optionValues];

const sentencesOf = (text: string) => text.split(/(?<=[.!?])\s+(?=\p{Lu}|\d)/u);
const repeated = (values: readonly string[]) =>
  values.filter((value, i) => values.indexOf(value) !== i);
const bothLanguages = (texts: readonly Bilingual[]) => texts.flatMap(({ fr, en }) => [fr, en]);

test("what is said in French is not left in English, proper names aside", () => {
  const same = prose.filter(({ fr, en }) => fr === en);
  expect(same.map(({ fr }) => fr)).toEqual(["Laptop Pro"]);
});

test("an option's value is the same in both languages only where the word is", () => {
  const shared = ["Camel", "Eucalyptus", "Fine", "Indigo", "Olive", "Tenmoku", "Terracotta"];
  const measure = /^\d|^(S|M|L|XL|S\/M|L\/XL|EPUB|PDF)$/;
  const same = optionValues.filter(({ fr, en }) => fr === en && !measure.test(fr));
  expect([...new Set(same.map(({ fr }) => fr))].filter((fr) => !shared.includes(fr))).toEqual([]);
});

test("no text is filler or has stray spaces", () => {
  const filler = /lorem|ipsum|dolor sit|xxx|todo|foo\b|\bbar\b.*\bbaz|placeholder|\?\?/i;
  expect(bothLanguages(every).filter((text) => filler.test(text))).toEqual([]);
  expect(bothLanguages(every).filter((text) => text !== text.trim() || /\s{2}/.test(text))).toEqual(
    [],
  );
});

describe("descriptions", () => {
  test("two to four sentences in each language, each ended", () => {
    for (const text of bothLanguages(descriptions)) {
      const count = sentencesOf(text).length;
      expect({ text, fits: count >= 2 && count <= 4 }).toEqual({ text, fits: true });
      expect(text).toMatch(/[.!]$/);
    }
  });

  test.each(["fr", "en"] as const)("no sentence is used twice (%s)", (language) => {
    const sentences = descriptions.flatMap((description) => sentencesOf(description[language]));
    expect(repeated(sentences)).toEqual([]);
  });

  test.each(["fr", "en"] as const)("no two begin with the same three words (%s)", (language) => {
    const openings = descriptions.map(({ [language]: text }) => text.split(/\s+/).slice(0, 3));
    expect(repeated(openings.map((words) => words.join(" ")))).toEqual([]);
  });

  test("the two languages say about as much", () => {
    const ratios = descriptions.map(({ fr, en }) => fr.length / en.length);
    expect(Math.min(...ratios)).toBeGreaterThan(0.75);
    expect(Math.max(...ratios)).toBeLessThan(1.45);
  });
});

describe("typography", () => {
  const french = prose.map(({ fr }) => fr);

  test("apostrophes are curly in both languages", () => {
    expect(bothLanguages(every).filter((text) => text.includes("'"))).toEqual([]);
  });

  test("French puts a no-break space before ; : ! ? and inside « »", () => {
    const wrong = /[^\u00a0\u202f][;:!?»]|«[^\u00a0\u202f]/;
    expect(french.filter((text) => wrong.test(text))).toEqual([]);
  });

  test("English puts none before ; : ! ?", () => {
    expect(prose.filter(({ en }) => /\s[;:!?]/.test(en)).map(({ en }) => en)).toEqual([]);
  });

  test("a number never parts from its unit at the end of a line", () => {
    const loose = /\d (?:g|kg|mm|cm|m|ml|cl|L|W|h|min|Go|GB|%|€|°C|×)(?![\p{L}\d])/u;
    expect(bothLanguages(prose).filter((text) => loose.test(text))).toEqual([]);
  });

  test("the French is accented: no word of this list has lost its accent", () => {
    const bare =
      /(?<!\p{L})(cafe|the vert|velo|ete|ceramique|epice|deja|apres|tres|meme)s?(?!\p{L})/iu;
    expect(french.filter((text) => bare.test(text))).toEqual([]);
  });
});
