/** Merchants' files as they are taken over: reports, repetition, kills, and the way back out. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { v7 } from "uuid";
import { call } from "../../../lib/bus.ts";
import { principalFor } from "../../../lib/principal.ts";
import {
  GetProduct,
  ImportProducts,
  ImportStores,
  ListCategories,
  ListProducts,
  ShowImport,
  VariantCreated,
  VariantUpdated,
} from "../../../services/catalog/catalog.contract.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import { GetLevels, PutStores } from "../../../services/inventory/inventory.contract.ts";
import { NotAllowed } from "../../../lib/access.ts";
import { aFeed } from "../../support/a-feed.ts";
import { aPerson, stage, type Stage } from "../../support/stage.ts";
import { standIn } from "../../support/stand-in.ts";
import { editor, ended, exported, issuesOf, file, send, take as takeOver, tea } from "./files.ts";
import { aProduct, put } from "./shop.ts";

let harness: Stage;
const stores = new Map<string, string>();
const inventory = () =>
  standIn(PutStores, (output) => ({
    stores: output.stores.map(({ code }) => {
      const known = stores.get(code);
      stores.set(code, known ?? v7());
      const outcome = known === undefined ? ("created" as const) : ("unchanged" as const);
      return { code, storeId: stores.get(code) ?? "", outcome };
    }),
  }));
/** Nothing is known of yet, so that files and what was said are all there is. */
const uncounted = () => standIn(GetLevels, () => ({ levels: [], catalogPosition: 0 }));
const open = () =>
  stage([catalog, aFeed("inventory"), inventory(), uncounted()], { feeds: ["pricing"] });
beforeEach(async () => {
  stores.clear();
  harness = await open();
});
afterEach(() => harness.leave());

const take = (bytes: Buffer | string, withinMs?: number) => takeOver(harness, bytes, withinMs);

test("a file is taken over: products, variants with price and stock, categories, and the report", async () => {
  const report = await take(
    file(tea(), "tea,,,,,,,,200 g,TEA-200,shopify,0,20.00,25.00,", "cup,,,,,,,,,,,,,,"),
  );
  expect(report).toMatchObject({
    kind: "shopify",
    state: "done",
    created: 1,
    updated: 0,
    unchanged: 0,
    line: 4,
  });
  const issues = await issuesOf(harness, report.importId);
  expect(report.errors).toBe(issues.filter(({ level }) => level === "error").length);
  expect(issues).toContainEqual(
    expect.objectContaining({ line: 4, field: "Title", level: "error", code: "TITLE_MISSING" }),
  );
  expect(await harness.call(GetProduct, { productId: "tea" })).toMatchObject({
    name: "Green tea",
    price: 12.5,
    stock: "in_stock",
    vendor: "Maker",
    tags: ["a", "b"],
    categories: ["teas"],
    image: "https://example.org/t.jpg",
    variants: [
      { sku: "TEA-100", title: "100 g" },
      { sku: "TEA-200", compareAtMinor: 2_500, stock: "out" },
    ],
  });
  const { categories } = await harness.call(ListCategories, {});
  expect(categories).toMatchObject([{ slug: "teas", name: "Teas", products: 1 }]);
  expect(await harness.published("catalog", VariantCreated)).toMatchObject([
    { sku: "TEA-100", priceMinor: 1_250, stock: [{ quantity: 5 }], stocked: true },
    { sku: "TEA-200", priceMinor: 2_000, compareAtMinor: 2_500, stock: [{ quantity: 0 }] },
  ]);
});

test("the same file twice changes nothing, and the report says so", async () => {
  await take(file(tea()));
  const published = (await harness.published("catalog", VariantCreated)).length;
  const again = await take(file(tea()));
  expect(again).toMatchObject({ created: 0, updated: 0, unchanged: 1, state: "done" });
  expect((await harness.published("catalog", VariantCreated)).length).toBe(published);
  expect(await harness.published("catalog", VariantUpdated)).toEqual([]);
});

test("what changed in the file is told, in the name of the import; what did not is not", async () => {
  await take(file(tea()));
  const first = await harness.call(GetProduct, { productId: "tea" });
  const words = await take(file(tea(5, "12.50", "Better tea")));
  expect(words).toMatchObject({ updated: 1 });
  expect(await harness.published("catalog", VariantUpdated)).toEqual([]);
  const { importId } = await take(file(tea(7, "13.00", "Better tea")));
  const variantId = first.variantId;
  expect(await harness.published("catalog", VariantUpdated)).toMatchObject([
    { variantId, importId, priceMinor: 1_300, stock: [{ quantity: 7 }] },
  ]);
});

test("a SKU of another product is refused with its line, and all else is taken", async () => {
  await put(harness, aProduct({}, { sku: "TEA-100" }));
  const cup = "cup,Cup,,,,,true,,,CUP,shopify,1,3.00,,";
  const report = await take(file(tea(), cup));
  expect(report).toMatchObject({ created: 1, errors: 1 });
  expect(await issuesOf(harness, report.importId)).toMatchObject([
    { line: 2, field: "Variant SKU", code: "SKU_ELSEWHERE", value: "TEA-100" },
  ]);
});

test("the same file sent while it is in work is the same import", async () => {
  const rows = Array.from({ length: 3_000 }, (_, n) => `p${n},P ${n},,,,,true,,,S${n},,1,1.00,,`);
  const sent = await Promise.all([1, 2, 3].map(() => send(harness, ImportProducts, file(...rows))));
  const reports = await Promise.all(sent.map(({ importId }) => ended(harness, importId)));
  expect(reports.map(({ created }) => created)).toEqual([3_000, 3_000, 3_000]);
  expect(new Set(sent.map(({ importId }) => importId)).size).toBe(1);
});

test("only who may import may, and an empty file is refused", async () => {
  const stream = () => Readable.from([Buffer.from("x")], { objectMode: false });
  const principal = principalFor(aPerson("cashier"));
  await expect(
    call(harness.audience, ImportProducts, {}, { meta: { principal }, stream: stream() }),
  ).rejects.toMatchObject({ type: NotAllowed.type });
  await expect(send(harness, ImportProducts, "")).rejects.toMatchObject({ type: "IMPORT_EMPTY" });
  await expect(harness.call(ShowImport, { importId: v7() }, editor)).rejects.toMatchObject({
    type: "IMPORT_NOT_FOUND",
  });
});

test("rubbish is reported, not taken, and nothing breaks", async () => {
  for (const rubbish of ["\0\0\0", "a,b\n1,2\n", "\uFEFF", "{}", '"'.repeat(1_000)]) {
    const report = await take(rubbish);
    expect(report).toMatchObject({ state: "done", created: 0 });
    expect(report.errors).toBeGreaterThan(0);
  }
});

test("what an export writes imports again to no change, here and elsewhere to the same", async () => {
  await take(file(tea(), "tea,,,,,,,,200 g,TEA-200,,0,20.00,25.00,"));
  await put(
    harness,
    aProduct({
      handle: "bowl",
      title: { fr: "Bol", en: "Bowl" },
      description: { fr: "Un bol, =1+1", en: "A bowl" },
    }),
  );
  const written = await exported(harness);
  expect(await take(written)).toMatchObject({ created: 0, updated: 0, unchanged: 2, errors: 0 });
  expect(
    await harness.call(GetProduct, { productId: "bowl" }, undefined, { language: "en" }),
  ).toMatchObject({ name: "Bowl", description: "A bowl" });

  const elsewhere = await open();
  const here = harness;
  harness = elsewhere;
  expect(await take(written)).toMatchObject({ created: 2, errors: 0 });
  expect(await exported(harness)).toBe(written);
  harness = here;
  await elsewhere.leave();
});

test("a list of stores goes to inventory batch by batch; what cannot be one is reported", async () => {
  const store = (id: number, name = `Store ${id}`) => ({
    id: String(id),
    type: "Store",
    name,
    address: "1 Main St",
    city: "Town",
    state: "MN",
    zip: "55416",
    location: { lat: 44.9, lon: -93.4 },
    hours: "Mon: 10-9; Tue: 10-9; Wed: 10-9; Thurs: 10-9; Fri: 10-9; Sat: 10-9; Sun: 10-8",
    services: ["Samsung"],
  });
  const list = Array.from({ length: 450 }, (_, n) => store(n + 1));
  const bad = { ...store(999), id: "x".repeat(40) };
  const { importId } = await send(harness, ImportStores, JSON.stringify([...list, bad]));
  const report = await ended(harness, importId);
  expect(report).toMatchObject({ kind: "stores", state: "done", created: 450, errors: 1 });
  expect(await issuesOf(harness, importId)).toContainEqual(
    expect.objectContaining({ line: 451, code: "STORE_REFUSED", level: "error" }),
  );
  expect(stores.size).toBe(450);
});

const real = globSync("../shared/data/shopify/*.csv");
(real.length > 0 ? test : test.skip)(
  "the merchants' real files are taken over, twice",
  async () => {
    for (const path of real) {
      const bytes = readFileSync(path);
      const once = await take(bytes);
      expect(once).toMatchObject({ state: "done", unchanged: 0 });
      expect(once.created).toBeGreaterThan(10);
      const twice = await take(bytes);
      expect(twice).toMatchObject({ created: 0, updated: 0, unchanged: once.created });
      expect(twice.errors).toBe(once.errors);
    }
    const { products } = await harness.call(ListProducts, { q: "bike", limit: 5 });
    expect(products).toHaveLength(5);
  },
  60_000,
);
const list = "../shared/data/stores.json";
(existsSync(list) ? test : test.skip)("the real list of stores is taken over", async () => {
  const { importId } = await send(harness, ImportStores, readFileSync(list));
  const report = await ended(harness, importId);
  expect(report.state).toBe("done");
  expect(report.created).toBe(stores.size);
  expect(stores.size).toBeGreaterThan(100);
});
