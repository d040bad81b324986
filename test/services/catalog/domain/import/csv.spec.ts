import * as fc from "fast-check";
import ISSUES from "../../../../../services/catalog/domain/import/issues.json" with { type: "json" };
import { brief, file, HEADER, only, read, tea } from "./reading.ts";

const SHORT = "Handle,Title,Variant Price";

test.each([
  ["commas", `${SHORT}\na,A,1\n`],
  ["semicolons", "Handle;Title;Variant Price\na;A;1\n"],
  ["tabs", "Handle\tTitle\tVariant Price\na\tA\t1\n"],
  ["Excel's hint", "sep=;\r\nHandle;Title;Variant Price\r\na;A;1\r\n"],
  ["Windows breaks", `${SHORT}\r\na,A,1\r\n`],
  ["old Mac breaks", `${SHORT}\ra,A,1\r`],
  ["no break at the end", `${SHORT}\na,A,1`],
  ["a byte order mark", `\uFEFF${SHORT}\na,A,1\n`],
  ["empty lines", `\n\n${SHORT}\n\n,,\na,A,1\n , ,\n\n`],
  ["other capitals and spaces", "HANDLE, title ,variant  price\na,A,1\n"],
  ["quoted names", '"Handle","Title","Variant Price"\n"a","A","1"\n'],
  ["Shopify's names of 2024", "URL handle,Title,Price\na,A,1\n"],
  ["empty cells too many", `${SHORT}\na,A,1,,\n`],
])("a file with %s is read", async (_, text) => {
  for (const pieces of [1, 5, 65_536]) {
    const { products, issues } = await read(text, { pieces });
    expect(brief(issues.filter(({ code }) => code !== "SKU_MADE"))).toEqual([]);
    expect(only(products)).toMatchObject({
      handle: "a",
      title: "A",
      variants: [{ priceMinor: 100 }],
    });
  }
});

test("lines are counted as an editor counts them", async () => {
  const body = "<p>one\r\ntwo\nthree</p>";
  const { products } = await read(file(tea({ "Body (HTML)": body }), "", tea({ Handle: "b" })));
  expect(products.map(({ line }) => line)).toEqual([2, 6]);
});

test("columns that we do not take are told once, a repeated one too", async () => {
  const { products, issues } = await read(`${SHORT},Cost per item,title\na,A,1,5,B\nb,B,1,5,C\n`);
  expect(products.map(({ title }) => title)).toEqual(["A", "B"]);
  expect(brief(issues).slice(0, 2)).toEqual([
    "1 COLUMN_NOT_TAKEN Cost per item",
    "1 COLUMN_REPEATED title",
  ]);
  expect(issues.filter(({ code }) => code.startsWith("COLUMN"))).toHaveLength(2);
});

test.each([
  ["", "FILE_EMPTY"],
  ["\n \n", "FILE_EMPTY"],
  ["id,name\n1,x\n", "HEADER_UNKNOWN"],
  ["Handle,Title\na,A\n", "HEADER_UNKNOWN"],
  ["%PDF-1.7\nobj", "HEADER_UNKNOWN"],
  ['{"products":[]}', "HEADER_UNKNOWN"],
])("%j is told not to be a product file", async (text, code) => {
  const { products, issues } = await read(text);
  expect(products).toEqual([]);
  expect(only(issues)).toMatchObject({ code, level: "error" });
});

test("rows of the wrong width are refused, and reading goes on", async () => {
  const { products, issues } = await read(`${SHORT}\na,A\nb,B,1\nc,C,1,more\nd,D,1\n`);
  expect(products.map(({ handle }) => handle)).toEqual(["b", "d"]);
  expect(brief(issues.filter(({ level }) => level === "error"))).toEqual([
    "2 ROW_WIDTH",
    "4 ROW_WIDTH",
  ]);
  expect(issues[0]?.what.en).toBe("The line has 2 cells instead of 3: it was not read.");
});

test("broken quotes cost their own lines only", async () => {
  const text = `${SHORT}\na,"A" x,1\nb,B,1\nc,"C,1\nd,D,1\ne,"E ""x""",1\n`;
  const { products, issues } = await read(text);
  expect(products.map(({ title }) => title)).toEqual(["B", "D", 'E "x"']);
  expect(brief(issues.filter(({ level }) => level === "error"))).toEqual([
    "2 ROW_BROKEN",
    "4 ROW_BROKEN",
  ]);
});

test("a quote that is open at the end of the file costs one line, not the rest", async () => {
  const { products, issues } = await read(`${SHORT}\na,"A,1\nb,B,1\nc,C,1`);
  expect(products.map(({ handle }) => handle)).toEqual(["b", "c"]);
  expect(brief(issues)[0]).toBe("2 ROW_UNCLOSED");
});

test("a quote inside a bare cell is a letter", async () => {
  const { products } = await read(`${SHORT}\na,29" wheel,1\n`);
  expect(only(products).title).toBe('29" wheel');
});

test("a row of more than a million characters is refused", async () => {
  const endless = `a,"${"x".repeat(1_100_000)}",1`;
  const { products, issues } = await read(`${SHORT}\n${endless}\nb,B,1\n`);
  expect(products.map(({ handle }) => handle)).toEqual(["b"]);
  expect(brief(issues)[0]).toBe("2 ROW_TOO_LONG");
});

test("NUL and lone surrogates are refused with their row, and not put in the report", async () => {
  const nul = await read(`${SHORT}\na,A\0B,1\nb,B,1\n`);
  expect(nul.products.map(({ handle }) => handle)).toEqual(["b"]);
  expect(brief(nul.issues)[0]).toBe("2 ROW_CHARACTERS");
  const text = `\uFEFF${SHORT}\na,A\uD800B,1\nb,B,1\n`;
  const lone = await read(Buffer.from(text, "utf16le"));
  expect(lone.products.map(({ handle }) => handle)).toEqual(["b"]);
  expect(brief(lone.issues)[0]).toBe("2 ROW_CHARACTERS");
  for (const { value, what } of [...nul.issues, ...lone.issues]) {
    expect(`${value}${what.en}`.isWellFormed()).toBe(true);
    expect(`${value}${what.en}`).not.toContain("\0");
  }
});

test("a row without a handle is told; the product around it stays whole", async () => {
  const { products, issues } = await read(`${SHORT},Option1 Value\na,A,1,x\n,,2,y\na,,3,z\n`);
  expect(only(products).variants).toHaveLength(2);
  expect(brief(issues)).toContain("3 HANDLE_MISSING Handle");
});

describe("whatever comes", () => {
  // Bytes that mean something to CSV, to numbers and to HTML, so that they get past the header.
  const cells = fc.constantFrom(
    "a",
    "b",
    "",
    '"',
    '"x',
    'x"',
    '""',
    '"a,b"',
    '"\n"',
    "1",
    "-1",
    "1,5",
    "1e9",
    "=1",
    "'",
    "<b>",
    "<script>",
    "&#0;",
    "\0",
    "\uD800",
    "https://e.com",
    "é",
    "\r",
    "true",
    ";",
    "%",
  );
  const rows = fc.array(fc.array(cells, { maxLength: 30 }), { maxLength: 12 });

  const sound = async (bytes: Uint8Array, pieces: number) => {
    const { products, issues } = await read(bytes, { pieces });
    for (const product of products) {
      expect(product.title).not.toBe("");
      expect(product.variants.length).toBeGreaterThan(0);
      expect(JSON.stringify(product)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    }
    const skus = products.flatMap(({ variants }) => variants.map(({ sku }) => sku));
    expect(new Set(skus).size).toBe(skus.length);
    for (const { code, value } of issues) {
      expect(ISSUES).toHaveProperty(code);
      expect(value.length).toBeLessThanOrEqual(120);
    }
  };

  test("bytes never throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (bytes, size) =>
        sound(bytes, size + 1),
      ),
      { numRuns: 500 },
    );
  });

  test("rows under a good header never throw", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(50), (rows, size) => {
        const text = `${HEADER}\n${rows.map((row) => row.join(",")).join("\n")}`;
        return sound(Buffer.from(text), size + 1);
      }),
      { numRuns: 500 },
    );
  });
});
