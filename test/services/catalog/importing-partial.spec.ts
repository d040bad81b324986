/** Files that have only some of the columns: what they do not speak of stays. */
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { VariantCreated, VariantUpdated } from "../../../services/catalog/catalog.contract.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import { GetLevels } from "../../../services/inventory/inventory.contract.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { standIn } from "../../support/stand-in.ts";
import { exported, issuesOf, take as takeOver } from "./files.ts";

type Cells = Record<string, string>;
const WHOLE: readonly Cells[] = [
  {
    Handle: "tea",
    Title: "Green tea",
    "Body (HTML)": "<p>Leaves</p>",
    Vendor: "Maker",
    Type: "Teas",
    Tags: "loose, green",
    Published: "false",
    "Option1 Name": "Size",
    "Option1 Value": "100 g",
    "Variant SKU": "TEA-100",
    "Variant Grams": "100",
    "Variant Inventory Policy": "continue",
    "Variant Price": "12.50",
    "Variant Compare At Price": "15.00",
    "Variant Requires Shipping": "false",
    "Variant Taxable": "false",
    "Variant Barcode": "4006381333931",
    "Image Src": "https://example.org/t.jpg",
    "Image Position": "1",
    "Image Alt Text": "A cup",
    "SEO Title": "Tea",
    "SEO Description": "Buy tea",
    "Variant Image": "https://example.org/t100.jpg",
  },
  {
    Handle: "tea",
    "Option1 Value": "200 g",
    "Variant SKU": "TEA-200",
    "Variant Grams": "200",
    "Variant Price": "22.50",
    "Variant Image": "https://example.org/t200.jpg",
  },
];

let harness: Stage;
let before: Cells[];
beforeEach(async () => {
  const inventory = standIn(GetLevels, () => ({
    catalogPosition: Number.MAX_SAFE_INTEGER,
    levels: [],
  }));
  harness = await stage([catalog, inventory]);
  expect(await take(WHOLE)).toMatchObject({ created: 1, errors: 0 });
  before = await written();
});
afterEach(() => harness.leave());

const take = (rows: readonly Cells[]) => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return takeOver(harness, stringify([...rows], { header: true, columns }));
};
const written = async () =>
  parse<Cells>(await exported(harness), { columns: true, skip_empty_lines: true });
const without = (name: string, row: Cells): Cells =>
  Object.fromEntries(Object.entries(row).filter(([column]) => column !== name));
/** What an export says now, against the one before: only the cells that differ. */
const changes = async () => {
  const now = await written();
  expect(now).toHaveLength(before.length);
  return now.map((row, n) =>
    Object.fromEntries(Object.entries(row).filter(([name, cell]) => cell !== before[n]?.[name])),
  );
};
/** The prices that pricing is told, in the smallest unit; it decides, and tells the catalogue. */
const prices = async () => {
  const skus = await harness.published("catalog", VariantCreated);
  const skuOf = (id: string) => skus.find(({ variantId }) => variantId === id)?.sku;
  const published = await harness.published("catalog", VariantUpdated);
  return published.map(({ variantId, priceMinor }) => [skuOf(variantId), priceMinor]);
};

const SIZED = { Handle: "tea", "Option1 Name": "Size" };

test("a file of prices emptied descriptions, pictures and tags: now it changes prices", async () => {
  const rows = [
    { ...SIZED, Title: "Green tea", "Option1 Value": "100 g", "Variant SKU": "TEA-100" },
    { ...SIZED, Title: "", "Option1 Value": "200 g", "Variant SKU": "TEA-200" },
  ].map((row, n) => ({ ...row, "Variant Price": `${n + 8}.00` }));
  expect(await take(rows)).toMatchObject({ updated: 1, errors: 0 });
  expect(await changes()).toEqual([{}, {}]);
  const wanted = [
    ["TEA-100", 800],
    ["TEA-200", 900],
  ];
  expect(await prices()).toEqual(wanted);
  expect(await take(rows)).toMatchObject({ unchanged: 1, updated: 0 });
});

test("a column that is there and empty says that there is nothing", async () => {
  const nothing = { "Body (HTML)": "", Tags: "", "Variant Barcode": "" };
  const rows = WHOLE.map((row) => ({ ...row, ...nothing }));
  expect(await take(rows)).toMatchObject({ updated: 1 });
  expect(await changes()).toEqual([nothing, {}]);
});

test("without a column for options, the variants that are named change and the others stay", async () => {
  const row = { Handle: "tea", Title: "Green tea", "Variant SKU": "TEA-200", "Variant Price": "9" };
  expect(await take([row])).toMatchObject({ updated: 1, errors: 0 });
  expect(await prices()).toEqual([["TEA-200", 900]]);
  const now = await written();
  const variants = now.map((one) => [one["Variant SKU"], one["Option1 Value"]]);
  expect(variants).toEqual([
    ["TEA-200", "200 g"],
    ["TEA-100", "100 g"],
  ]);
  // More than one such row cannot be told apart, and the report says so.
  const more = await take([row, { ...row, Title: "", "Variant SKU": "TEA-100" }]);
  const issues = await issuesOf(harness, more.importId);
  expect(issues.map(({ code }) => code)).toEqual(["VARIANT_REPEATED"]);
  expect(await written()).toEqual(now);
});

test("without a column for SKUs, variants are known by their options and keep their own", async () => {
  const rows = WHOLE.map((row) => ({ ...without("Variant SKU", row), "Variant Price": "7.00" }));
  expect(await take(rows)).toMatchObject({ updated: 1, errors: 0 });
  expect(await changes()).toEqual([{}, {}]);
  expect(await prices()).toEqual([
    ["TEA-100", 700],
    ["TEA-200", 700],
  ]);
});

test("each column can be left away alone, and nothing changes", async () => {
  // A file with names of options and no values for them, or the other way round, says something else.
  const needed = ["Handle", "Title", "Variant Price", "Option1 Name", "Option1 Value"];
  const [first = {}] = WHOLE;
  for (const name of Object.keys(first).filter((one) => !needed.includes(one))) {
    const rows = WHOLE.map((row) => without(name, row));
    expect([name, await take(rows)]).toMatchObject([name, { errors: 0, updated: 0, unchanged: 1 }]);
    expect(await changes()).toEqual([{}, {}]);
  }
});

test("what is new gets what is usual", async () => {
  const row = { Handle: "mug", Title: "Mug", "Variant SKU": "MUG", "Variant Price": "5.00" };
  expect(await take([row])).toMatchObject({ created: 1 });
  const mug = (await written()).find(({ Handle }) => Handle === "mug");
  expect(mug).toMatchObject({ Published: "true", "Variant Taxable": "true", Tags: "" });
});
