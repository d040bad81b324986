/** What is kept of the catalogue, and what of it a change drops. */
import type { ServiceSchema } from "moleculer";
import { CACHE_INVALIDATED } from "../../../lib/invalidations.ts";
import {
  EditCategory,
  GetProduct,
  ListCategories,
  ListProducts,
  PutCategories,
  PutProduct,
} from "../../../services/catalog/catalog.contract.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import { AvailabilityChanged } from "../../../services/inventory/inventory.contract.ts";
import { PriceChanged } from "../../../services/pricing/pricing.contract.ts";
import { aFeed } from "../../support/a-feed.ts";
import { aPerson, eventually, stage, type Stage, publishEvent } from "../../support/stage.ts";
import { aProduct, put } from "./shop.ts";

const messages: string[][] = [];
const listener: ServiceSchema = {
  name: "listener",
  events: {
    [CACHE_INVALIDATED]: (ctx: { params: { tags: string[] } }) =>
      void messages.push(ctx.params.tags),
  },
};
let harness: Stage;
beforeAll(async () => {
  harness = await stage([catalog, aFeed("pricing"), aFeed("inventory"), listener]);
  await harness.call(PutCategories, {
    categories: [
      { slug: "tea", title: { fr: "Thé", en: "Tea" } },
      { slug: "pots", title: { fr: "Pots", en: "Pots" } },
    ],
  });
});
afterAll(() => harness.leave());

const page = (productId: string) => harness.call(GetProduct, { productId });
/** Two products whose pages are kept: what is written behind the service's back is not shown. */
async function twoKept() {
  const ids = [
    await put(harness, aProduct()),
    await put(harness, aProduct({ categories: ["tea"] })),
  ];
  const [a = "", b = ""] = ids;
  const { variantId } = await page(a);
  await Promise.all([page(b), harness.call(ListProducts, { vendor: b })]);
  await harness
    .db("catalog")
    .sql.run("update product set vendor = 'Behind' where id = any($1)", [ids]);
  expect([(await page(a)).vendor, (await page(b)).vendor]).toEqual([undefined, undefined]);
  return { a, b, variantId };
}
const isDropped = async (id: string) => expect((await page(id)).vendor).toBe("Behind");
const isKept = async (id: string) => expect((await page(id)).vendor).toBeUndefined();

test("a new price alone is shown at once, and other pages stay kept", async () => {
  const { a, b, variantId } = await twoKept();
  const price = { variantId, currency: "EUR", priceMinor: 899 };
  await publishEvent(harness, "pricing", PriceChanged, price);
  await eventually(async () => expect(await page(a)).toMatchObject({ priceMinor: 899 }), 30_000);
  await isDropped(a);
  await isKept(b);
});

test("a new state alone is shown at once, and other pages stay kept", async () => {
  const { a, b, variantId } = await twoKept();
  await publishEvent(harness, "inventory", AvailabilityChanged, {
    variantId,
    available: 0,
    state: "out",
  });
  await eventually(async () => expect(await page(a)).toMatchObject({ stock: "out" }), 30_000);
  await isKept(b);
});

test("a list shows the new price of what is in it at once", async () => {
  const id = await put(harness, aProduct({ vendor: "Lists" }));
  const list = async () => (await harness.call(ListProducts, { vendor: "Lists" })).products[0];
  const { variantId = "" } = (await list()) ?? {};
  await publishEvent(harness, "pricing", PriceChanged, {
    variantId,
    currency: "EUR",
    priceMinor: 77,
  });
  await eventually(async () => expect(await list()).toMatchObject({ id, priceMinor: 77 }), 30_000);
});

test("while others are put, pages stay kept; what is put is in lists at once", async () => {
  const { a, b } = await twoKept();
  expect((await harness.call(ListProducts, { vendor: "New" })).products).toEqual([]);
  for (let n = 0; n < 20; n += 1) await put(harness, aProduct({ vendor: "New" }));
  expect((await harness.call(ListProducts, { vendor: "New" })).products).toHaveLength(20);
  await isKept(a);
  await isKept(b);
  const { handle } = await page(a);
  await harness.call(PutProduct, aProduct({ handle, title: { fr: "Autre", en: "Other" } }));
  expect(await harness.call(GetProduct, { productId: handle })).toMatchObject({ name: "Autre" });
  await isKept(b);
});

test("by its handle and in both languages a page is dropped with its product", async () => {
  const { a, variantId } = await twoKept();
  const { handle } = await page(a);
  const asked = (language: "fr" | "en") =>
    harness.call(GetProduct, { productId: handle }, undefined, { language });
  await Promise.all([asked("fr"), asked("en")]);
  await publishEvent(harness, "pricing", PriceChanged, {
    variantId,
    currency: "EUR",
    priceMinor: 55,
  });
  await eventually(async () => {
    expect(await asked("fr")).toMatchObject({ priceMinor: 55 });
    expect(await asked("en")).toMatchObject({ priceMinor: 55 });
  }, 30_000);
});

test("a category's new address is shown where it is named, and drops no other page", async () => {
  const { a, b } = await twoKept();
  const { categories } = await harness.call(ListCategories, {});
  const { id = "", version = 0 } = categories.find(({ slug }) => slug === "tea") ?? {};
  const edit = { categoryId: id, version, slug: "teas" };
  await harness.call(EditCategory, edit, aPerson("editor"));
  expect(await page(b)).toMatchObject({ categories: ["teas"], vendor: "Behind" });
  await isKept(a);
  const slugs = (await harness.call(ListCategories, {})).categories.map(({ slug }) => slug);
  expect(slugs).toEqual(["pots", "teas"]);
});

test("what a transaction makes stale is told in one message", async () => {
  messages.length = 0;
  const categories = Array.from({ length: 50 }, (_, n) => ({
    slug: `many-${n}`,
    title: { fr: `N ${n}`, en: `N ${n}` },
  }));
  await harness.call(PutCategories, { categories });
  await eventually(() => expect(messages).toHaveLength(1), 30_000);
  expect(messages[0]).toHaveLength(52);
});
