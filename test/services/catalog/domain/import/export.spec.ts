import * as fc from "fast-check";
import { protect, unprotect } from "../../../../../services/catalog/domain/import/columns.ts";
import { writeShopify } from "../../../../../services/catalog/domain/import/export.ts";
import { fingerprint } from "../../../../../services/catalog/domain/import/fingerprint.ts";
import type { ImportedProduct } from "../../../../../services/catalog/domain/import/imported.ts";
import { catalogue } from "./catalogue.ts";
import { file, only, read, row, tea } from "./reading.ts";

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function written(products: readonly ImportedProduct[], currency = "EUR"): Promise<string> {
  let text = "";
  for await (const piece of writeShopify(each(products), { currency })) text += String(piece);
  return text;
}

/** The same without line numbers, which only say where it stood. */
const unplaced = (product: ImportedProduct) => ({
  ...product,
  line: 0,
  variants: product.variants.map((variant) => ({ ...variant, line: 0 })),
});

test("what is exported imports to the same, whatever it is, without a fault", async () => {
  await fc.assert(
    fc.asyncProperty(catalogue, fc.constantFrom("EUR", "JPY", "TND"), async (before, currency) => {
      const { products, issues } = await read(await written(before, currency), { currency });
      expect(issues).toEqual([]);
      expect(products.map(unplaced)).toEqual(before.map(unplaced));
      expect(products.map(fingerprint)).toEqual(before.map(fingerprint));
    }),
    { numRuns: 300 },
  );
}, 60_000);

test("a messy file is the same after one round, and every round after that", async () => {
  const messy = file(
    tea({ Title: " <i>=Tea</i> ", "Body (HTML)": "<div class=x>a<p>b<span>c", Tags: "=a, b ,b" }),
    row({ Handle: "x", Title: "X", "Option1 Name": "Title", "Variant Price": "1,5" }),
    row({ Handle: "x", "Option1 Value": "B", "Variant Price": "2", "Variant SKU": "TEA" }),
    row({ Handle: "x", "Option1 Value": "C", "Variant Price": "2", "Variant SKU": "'''=4" }),
  );
  const { products } = await read(messy);
  expect(products).toHaveLength(2);
  const once = await written(products);
  const again = await read(once);
  expect(again.issues).toEqual([]);
  expect(again.products.map(unplaced)).toEqual(products.map(unplaced));
  expect(await written(again.products)).toBe(once);
});

test("no cell of an export is a formula", async () => {
  const text = await written(
    (await read(file(tea({ Title: "=HYPERLINK(1)", Vendor: "+1", Type: "-1", Tags: "@x" }))))
      .products,
  );
  expect(text).toContain("tea,'=HYPERLINK(1),,'+1,'-1,'@x,");
});

test("protecting a cell is undone exactly, whatever the text", () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from("'=+-@\t\n\ra\uFF1D")) });
  fc.assert(
    fc.property(text, (text) => {
      expect(unprotect(protect(text))).toBe(text);
      expect(protect(text)).not.toMatch(/^[=+\-@\t\r\n\uFF1D]/);
    }),
  );
});

test("no products are a file with a header, which imports to none", async () => {
  const text = await written([]);
  expect(text.split("\n")).toHaveLength(2);
  expect(await read(text)).toEqual({ products: [], issues: [] });
});

test("is written as it is asked for, and stops when nobody reads any more", async () => {
  const template = only((await read(file(tea()))).products);
  let made = 0;
  async function* endless(): AsyncGenerator<ImportedProduct> {
    for (;;) yield { ...template, handle: `p${made++}`, descriptionHtml: "x".repeat(1_000) };
  }
  let pieces = 0;
  for await (const _ of writeShopify(endless(), { currency: "EUR" })) if (++pieces === 50) break;
  expect(made).toBeLessThan(200);
});

test("an error of what gives the products is an error of the export", async () => {
  async function* failing(): AsyncGenerator<ImportedProduct> {
    yield* (await read(file(tea()))).products;
    throw new Error("the database is gone");
  }
  const drain = async () => {
    for await (const _ of writeShopify(failing(), { currency: "EUR" }));
  };
  await expect(drain()).rejects.toThrow("the database is gone");
});
