/** What a fingerprint depends on, and what not. */
import { fingerprint } from "../../../../../services/catalog/domain/import/fingerprint.ts";
import { file, only, read, tea } from "./reading.ts";

const one = async (cells: Record<string, string> = {}, before: string[] = []) =>
  only((await read(file(...before, tea(cells)))).products.slice(-1));

test("a fingerprint is the same wherever the product stands, and whatever the order of tags", async () => {
  const print = fingerprint(await one({ Tags: "a,b" }));
  expect(print).toMatch(/^[0-9a-f]{64}$/);
  const moved = await one({ Tags: "b,a" }, [tea({ Handle: "b", "Variant SKU": "B" })]);
  expect(fingerprint(moved)).toBe(print);
  const { title, ...rest } = await one({ Tags: "a,b" });
  expect(fingerprint({ ...rest, title })).toBe(print);
});

test.each([
  ["Title", "Coffee"],
  ["Body (HTML)", "<p>x</p>"],
  ["Vendor", "V"],
  ["Published", "false"],
  ["Tags", "x"],
  ["Variant Price", "4.51"],
  ["Variant Compare At Price", "5"],
  ["Variant Inventory Qty", "1"],
  ["Variant SKU", "X"],
  ["Variant Barcode", "1"],
  ["Image Src", "https://e.com/x"],
  ["Gift Card", "true"],
  ["SEO Title", "x"],
])("a fingerprint is another when %s is", async (column, value) => {
  expect(fingerprint(await one({ [column]: value }))).not.toBe(fingerprint(await one()));
});
