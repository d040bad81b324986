/** Lists, filters, pages and search. */
import {
  GetProduct,
  ListProducts,
  PutCategories,
  Search,
  SuggestProducts,
} from "../../../services/catalog/catalog.contract.ts";
import type { Params } from "../../../lib/contract.ts";
import { CursorInvalid } from "../../../lib/page.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import { AvailabilityChanged } from "../../../services/inventory/inventory.contract.ts";
import { PriceChanged } from "../../../services/pricing/pricing.contract.ts";
import { aFeed } from "../../support/a-feed.ts";
import { eventually, stage, type Stage, publishEvent } from "../../support/stage.ts";
import { aProduct, put } from "./shop.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([catalog, aFeed("pricing"), aFeed("inventory")]);
  await harness.call(PutCategories, {
    categories: [
      { slug: "wear", title: { fr: "Vêtements", en: "Wear" } },
      { slug: "shoes", title: { fr: "Chaussures", en: "Shoes" }, parent: "wear" },
    ],
  });
  const shelf = [
    { handle: "boots", fr: "Chaussures d’été légères", en: "Light summer shoes", price: 5_000 },
    { handle: "gloves", fr: "Gants en laine", en: "Woollen gloves", price: 2_000 },
    { handle: "theiere", fr: "Théière en fonte", en: "Cast iron teapot", price: 4_500 },
    { handle: "kettle", fr: "Bouilloire", en: "Kettle", price: 3_030 },
  ];
  for (const { handle, fr, en, price } of shelf)
    await put(
      harness,
      aProduct(
        {
          handle,
          title: { fr, en },
          description: {
            fr: handle === "gloves" ? "<p>Pour les mains des <b>cyclistes</b></p>" : "",
            en: handle === "gloves" ? "<p>For the hands of cyclists</p>" : "",
          },
          vendor: handle === "boots" ? "Hautepierre" : "Orcelle",
          tags: handle === "gloves" ? ["hiver"] : [],
          categories: handle === "boots" ? ["shoes"] : handle === "gloves" ? ["wear"] : [],
        },
        {
          sku: `ART-${handle.toUpperCase()}-01`,
          priceMinor: price,
          stock: handle === "kettle" ? {} : { PAR: 9 },
        },
      ),
    );
});
afterAll(() => harness.leave());

type Wanted = Params<typeof ListProducts>;
const list = async (wanted: Wanted, language: "fr" | "en" = "fr") =>
  (await harness.call(ListProducts, wanted, undefined, { language })).products;
const handles = async (wanted: Wanted, language: "fr" | "en" = "fr") =>
  (await list(wanted, language)).map(({ handle }) => handle);

describe("search finds", () => {
  test.each([
    ["a word", "gants", "gloves"],
    ["the singular of a plural", "gant", "gloves"],
    ["the other language", "teapot", "theiere"],
    ["without accents", "theiere", "theiere"],
    ["with accents", "théière", "theiere"],
    ["capitals", "THÉIÈRE", "theiere"],
    ["a letter too few", "chausure", "boots"],
    ["two letters in the wrong order", "bouillorie", "kettle"],
    ["neighbours that have changed places", "hautepeirre", "boots"],
    ["two letters that have changed places", "theierre", "theiere"],
    ["one of several words", "gants hivre", "gloves"],
    ["an apostrophe of the other kind", "d'ete", "boots"],
    ["a SKU", "ART-KETTLE-01", "kettle"],
    ["a part of a SKU, in small letters", "kettle-01", "kettle"],
    ["the vendor", "hautepierre", "boots"],
    ["a tag", "hiver", "gloves"],
    ["a word of the description", "cycliste", "gloves"],
    ["the beginning of a word", "bouill", "kettle"],
  ])("%s: %s", async (_, q, wanted) => {
    expect((await handles({ q }))[0]).toBe(wanted);
  });

  test.each([["zzzzqqq"], ["%"], ["_"], ["'"], ["\\"], ["&|!()"], ['"'], ["-"]])(
    "nothing false, and breaks nothing, with %s",
    async (q) => {
      expect((await handles({ q })).length).toBeLessThanOrEqual(4);
    },
  );
  test("what was probably meant, and says so; never instead of what there is", async () => {
    const search = (wanted: Params<typeof Search>) => harness.call(Search, wanted);
    const wrong = await search({ q: "hautepeirre", limit: 1 });
    expect(wrong).toMatchObject({ total: 1, corrected: "hautepierre" });
    expect(wrong.facets.vendor).toEqual([{ value: "Hautepierre", name: "Hautepierre", count: 1 }]);
    expect((await harness.call(ListProducts, { q: "hautepeirre" })).corrected).toBe("hautepierre");
    expect(await search({ q: "hautepierre" })).not.toHaveProperty("corrected");
    // There is such a thing, but not for so little.
    expect(await search({ q: "hautepierre", maxPrice: 1 })).toMatchObject({ products: [] });
    const all = await search({ q: "gants", limit: 1 });
    expect(all.next).toBeUndefined();
  });
  test("nothing for a word that nobody uses", async () => {
    expect(await handles({ q: "zzzzqqq" })).toEqual([]);
    expect(await handles({ q: "%" })).toEqual([]);
  });
});

test.each<[Wanted, string[]]>([
  [{ category: "wear", sort: "name" }, ["boots", "gloves"]],
  [{ category: "shoes" }, ["boots"]],
  [{ category: "nowhere" }, []],
  [{ minPrice: 30.3, maxPrice: 45, sort: "price" }, ["kettle", "theiere"]],
  [{ minPrice: 30.31, maxPrice: 44.99 }, []],
  [{ vendor: "Hautepierre" }, ["boots"]],
  [{ tag: "hiver" }, ["gloves"]],
  [{ type: "digital" }, []],
  [{ inStock: true, sort: "price" }, ["gloves", "theiere", "boots"]],
  [{ sort: "-price" }, ["boots", "theiere", "kettle", "gloves"]],
  [{ sort: "name" }, ["kettle", "boots", "gloves", "theiere"]],
  [{}, ["kettle", "theiere", "gloves", "boots"]],
])("filtered and sorted by %j", async (wanted, expected) => {
  expect(await handles(wanted)).toEqual(expected);
});

test("a product in a list is as promised", async () => {
  const [gloves] = await list({ q: "gants" });
  expect(gloves).toMatchObject({
    handle: "gloves",
    name: "Gants en laine",
    description: "Pour les mains des cyclistes",
    price: 20,
    priceMinor: 2_000,
    currency: "EUR",
    stock: "in_stock",
    vendor: "Orcelle",
    type: "goods",
    tags: ["hiver"],
    categories: ["wear"],
  });
  expect((await list({ q: "gants" }, "en"))[0]?.name).toBe("Woollen gloves");
});

test("facets count all that was found", async () => {
  const found = await harness.call(Search, { limit: 1, sort: "name" }, undefined, {
    language: "en",
  });
  expect(found).toMatchObject({ total: 4, products: [{ handle: "theiere" }] });
  expect(found.facets).toEqual({
    category: [
      { value: "shoes", name: "Shoes", count: 1 },
      { value: "wear", name: "Wear", count: 1 },
    ],
    vendor: [
      { value: "Orcelle", name: "Orcelle", count: 3 },
      { value: "Hautepierre", name: "Hautepierre", count: 1 },
    ],
    type: [{ value: "goods", name: "goods", count: 4 }],
  });
  expect(await harness.call(Search, { q: "zzzzqqq" })).toEqual({
    products: [],
    total: 0,
    facets: { category: [], vendor: [], type: [] },
  });
});

test("what is being typed is completed, also when typed wrong", async () => {
  const typed = async (q: string) =>
    (await harness.call(SuggestProducts, { q }, undefined, { language: "fr" })).suggestions;
  expect(await typed("chauss")).toEqual([
    { kind: "category", text: "Chaussures", handle: "shoes" },
    { kind: "product", text: "Chaussures d’été légères", handle: "boots" },
  ]);
  expect(await typed("boulloire")).toContainEqual({
    kind: "product",
    text: "Bouilloire",
    handle: "kettle",
  });
});

describe("page by page", () => {
  beforeAll(async () => {
    for (let n = 0; n < 12; n += 1)
      await put(harness, aProduct({ title: { fr: "Pareil", en: "Same" }, vendor: "Twins" }));
  });
  test.each<[Wanted["sort"]]>([["name"], ["price"], ["-price"], ["newest"], ["relevance"]])(
    "equal keys by %s come once each",
    async (sort) => {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page: { products: { id: string }[]; next?: string } = await harness.call(
          ListProducts,
          {
            q: "pareil",
            vendor: "Twins",
            limit: 5,
            ...(sort !== undefined && { sort }),
            ...(after !== undefined && { after }),
          },
        );
        seen.push(...page.products.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(seen).toHaveLength(12);
      expect(new Set(seen).size).toBe(12);
    },
  );
  test.each([["bm9wZQ"], [Buffer.from('["x","y"]').toString("base64url")], ["☃"]])(
    "a cursor that is not ours is refused: %s",
    async (after) => {
      for (const sort of ["price", "name", "newest"] as const)
        await expect(list({ after, sort })).rejects.toMatchObject({ type: CursorInvalid.type });
    },
  );
});

test("a new price and state are shown at once, though answers are kept", async () => {
  const id = await put(
    harness,
    aProduct({ handle: "v1.5-lamp", title: { fr: "Lampe 1.5", en: "Lamp" } }),
  );
  const lamp = async () => (await list({ q: "lampe 1.5" }))[0];
  const { variantId } = await harness.call(GetProduct, { productId: id });
  expect(await lamp()).toMatchObject({ price: 10, stock: "in_stock" });
  await publishEvent(harness, "pricing", PriceChanged, {
    variantId,
    currency: "EUR",
    priceMinor: 899,
    compareAtMinor: 1_000,
  });
  await publishEvent(harness, "pricing", PriceChanged, {
    variantId,
    currency: "USD",
    priceMinor: 1,
  });
  await publishEvent(harness, "inventory", AvailabilityChanged, {
    variantId,
    available: 0,
    state: "out",
  });

  await eventually(async () => {
    expect(await lamp()).toMatchObject({ price: 8.99, compareAtPriceMinor: 1_000, stock: "out" });
    expect(await harness.call(GetProduct, { productId: id })).toMatchObject({ price: 8.99 });
    expect(await harness.call(GetProduct, { productId: "v1.5-lamp" })).toMatchObject({
      price: 8.99,
      variants: [{ priceMinor: 899, stock: "out" }],
    });
  }, 4_000);
});
