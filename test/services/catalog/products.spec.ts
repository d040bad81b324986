/** Products as they are put and shown. */
import { v7 } from "uuid";
import {
  CategoryNotFound,
  GetProduct,
  ListCategories,
  ListProducts,
  ProductCreated,
  ProductNotFound,
  ProductUpdated,
  PutCategories,
  PutProduct,
  SkuTaken,
  SnapshotVariants,
  VariantCreated,
  VariantUpdated,
} from "../../../services/catalog/catalog.contract.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import { DEMO } from "../../../operations/demo/company.ts";
import { aPerson, stage, type Stage } from "../../support/stage.ts";
import { aProduct, put } from "./shop.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await stage([catalog], { feeds: ["pricing", "inventory"] });
});
afterAll(() => harness.leave());

const show = (productId: string, language: "fr" | "en" = "fr") =>
  harness.call(GetProduct, { productId }, undefined, { language });
const of = async <E extends Parameters<Stage["published"]>[1]>(event: E, productId: string) =>
  (await harness.published("catalog", event)).filter(
    (data) => (data as unknown as { productId: string }).productId === productId,
  );

test("the demo company's products are put, and the second time nothing changes", async () => {
  await harness.call(PutCategories, { categories: [...DEMO.categories] });
  const once = [];
  for (const product of DEMO.products) once.push(await harness.call(PutProduct, product));
  const published = (await harness.published("catalog", VariantCreated)).length;
  const twice = [];
  for (const product of DEMO.products) twice.push(await harness.call(PutProduct, product));

  expect(new Set(once.map(({ outcome }) => outcome))).toEqual(new Set(["created"]));
  expect(new Set(twice.map(({ outcome }) => outcome))).toEqual(new Set(["unchanged"]));
  expect(twice.map(({ productId }) => productId)).toEqual(once.map(({ productId }) => productId));
  expect(published).toBe(DEMO.products.flatMap(({ variants }) => variants).length);
  expect((await harness.published("catalog", VariantCreated)).length).toBe(published);
  expect(await harness.published("catalog", VariantUpdated)).toEqual([]);
});

test("a product is shown whole by its id and by its handle, in the caller's language", async () => {
  await harness.call(PutCategories, {
    categories: [{ slug: "cups", title: { fr: "Tasses", en: "Cups" } }],
  });
  const output = aProduct({
    handle: "tasse-bleue",
    title: { fr: "Tasse bleue", en: "Blue cup" },
    description: { fr: '<p onclick="x()">Une <b>tasse</b>.</p>', en: "<p>A cup.</p>" },
    vendor: "Atelier",
    tags: ["cadeau"],
    categories: ["cups"],
    options: [
      {
        name: { fr: "Taille", en: "Size" },
        values: [
          { fr: "Petite", en: "Small" },
          { fr: "Grande", en: "Large" },
        ],
      },
    ],
    variants: [
      { sku: "CUP-S", optionValues: [0], priceMinor: 1_250, weightGrams: 200, stock: { PAR: 2 } },
      {
        sku: "CUP-L",
        optionValues: [1],
        priceMinor: 1_450,
        compareAtMinor: 1_900,
        weightGrams: 300,
        ean: "2001000019656",
        stock: {},
      },
    ],
    images: [{ url: "https://example.org/cup.jpg", alt: "Tasse" }],
  });
  const id = await put(harness, output);

  const fr = await show(id);
  expect(fr).toMatchObject({
    id,
    handle: "tasse-bleue",
    name: "Tasse bleue",
    description: "<p>Une <b>tasse</b>.</p>",
    price: 12.5,
    priceMinor: 1_250,
    currency: "EUR",
    stock: "low",
    categories: ["cups"],
    options: [{ name: "Taille", values: ["Petite", "Grande"] }],
    image: "https://example.org/cup.jpg",
    version: 1,
  });
  expect(fr.variants).toMatchObject([
    { sku: "CUP-S", title: "Petite", price: 12.5, stock: "low" },
    { sku: "CUP-L", title: "Grande", compareAtMinor: 1_900, stock: "out", ean: "2001000019656" },
  ]);
  expect(fr.variantId).toBe(fr.variants[0]?.id);
  const en = await show("tasse-bleue", "en");
  expect(en).toMatchObject({ id, name: "Blue cup", description: "<p>A cup.</p>" });
  expect(en.variants.map(({ options }) => options)).toEqual([
    [{ name: "Size", value: "Small" }],
    [{ name: "Size", value: "Large" }],
  ]);
  expect(await of(VariantCreated, id)).toEqual([
    {
      variantId: fr.variants[0]?.id,
      productId: id,
      sku: "CUP-S",
      taxClass: "standard",
      stocked: true,
      currency: "EUR",
      priceMinor: 1_250,
      stock: [{ storeCode: "PAR", quantity: 2 }],
    },
    {
      variantId: fr.variants[1]?.id,
      productId: id,
      sku: "CUP-L",
      taxClass: "standard",
      stocked: true,
      currency: "EUR",
      priceMinor: 1_450,
      compareAtMinor: 1_900,
      stock: [],
    },
  ]);
  expect(await of(ProductCreated, id)).toEqual([{ productId: id, handle: "tasse-bleue" }]);
});

test("put with another description, its variants keep their ids, and stock is not told again", async () => {
  const output = aProduct();
  const id = await put(harness, output);
  const before = await show(id);
  const again = { ...output, description: { fr: "Neuf", en: "New" } };
  expect(await harness.call(PutProduct, again)).toEqual({ productId: id, outcome: "updated" });

  const after = await show(id);
  expect(after).toMatchObject({ description: "Neuf", version: 2 });
  expect(after.variants).toEqual(before.variants);
  expect(await of(VariantUpdated, id)).toEqual([]);
  expect(await of(ProductUpdated, id)).toHaveLength(1);
});

test("another price and number are told; a variant that is not said any more is archived", async () => {
  const base = aProduct();
  const [first] = base.variants;
  const output = {
    ...base,
    options: [
      {
        name: { fr: "Couleur", en: "Colour" },
        values: [
          { fr: "Rouge", en: "Red" },
          { fr: "Vert", en: "Green" },
        ],
      },
    ],
    variants: [
      { ...(first as NonNullable<typeof first>), optionValues: [0] },
      { ...(first as NonNullable<typeof first>), optionValues: [1], sku: "GREEN" },
    ],
  };
  const id = await put(harness, output);
  const [red, green] = (await show(id)).variants;
  const [one] = output.variants;
  await put(harness, {
    ...output,
    variants: [{ ...(one as NonNullable<typeof one>), priceMinor: 1_500, stock: { PAR: 11 } }],
  });

  expect(await of(VariantUpdated, id)).toMatchObject([
    { variantId: red?.id, priceMinor: 1_500, stock: [{ storeCode: "PAR", quantity: 11 }] },
  ]);
  expect((await show(id)).variants.map((variant) => variant.id)).toEqual([red?.id]);
  const { variants } = await harness.call(SnapshotVariants, {
    variantIds: [red?.id ?? "", green?.id ?? ""],
  });
  expect(new Map(variants.map(({ variantId, sellable }) => [variantId, sellable]))).toEqual(
    new Map([
      [red?.id, true],
      [green?.id, false],
    ]),
  );
  // Its SKU is free for another product.
  expect(await put(harness, aProduct({}, { sku: "GREEN" }))).toBeDefined();
});

test("a SKU that another product has, or a category that nobody knows, is refused", async () => {
  const output = aProduct();
  await put(harness, output);
  const thief = aProduct({}, { sku: output.variants[0]?.sku ?? "" });
  await expect(put(harness, thief)).rejects.toMatchObject({ type: SkuTaken.type });
  await expect(put(harness, aProduct({ categories: ["nowhere"] }))).rejects.toMatchObject({
    type: CategoryNotFound.type,
  });
});

test("of many who put the same product at once, one creates it and none fails", async () => {
  const output = aProduct();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => harness.call(PutProduct, output)),
  );
  expect(new Set(answers.map(({ productId }) => productId)).size).toBe(1);
  expect(answers.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
});

test("what is not there answers 404, by id and by handle", async () => {
  for (const productId of [v7(), "no-such-thing", "' or 1=1 --"])
    await expect(show(productId)).rejects.toMatchObject({ type: ProductNotFound.type, code: 404 });
});

test("a snapshot tells variants by their ids, or by their product the first one", async () => {
  const id = await put(harness, aProduct({ title: { fr: "Thé vert", en: "Green tea" } }));
  const { variantId } = await show(id);
  const byProduct = await harness.call(SnapshotVariants, { productIds: [id, v7()] });
  expect(byProduct.variants).toEqual([
    expect.objectContaining({
      variantId,
      productId: id,
      title: { fr: "Thé vert", en: "Green tea" },
      type: "goods",
      taxClass: "standard",
      sellable: true,
    }),
  ]);
  expect(await harness.call(SnapshotVariants, { variantIds: [variantId] })).toEqual(byProduct);
});

test("services only may put products", async () => {
  expect(PutProduct.allow).toBe("internal");
  expect(await harness.call(ListProducts, { limit: 1 }, aPerson("user"))).toMatchObject({
    products: [{ price: expect.any(Number) as number }],
  });
});

test("categories come as a tree, counting what is below them", async () => {
  await harness.call(PutCategories, {
    categories: [
      { slug: "garden", title: { fr: "Jardin", en: "Garden" } },
      { slug: "seeds", title: { fr: "Graines", en: "Seeds" }, parent: "garden" },
    ],
  });
  await put(harness, aProduct({ categories: ["seeds"] }));
  await put(harness, aProduct({ categories: ["seeds", "garden"] }));
  const { categories } = await harness.call(ListCategories, {}, undefined, { language: "en" });
  const at = categories.findIndex(({ slug }) => slug === "garden");
  expect(categories.slice(at, at + 2)).toMatchObject([
    { slug: "garden", name: "Garden", depth: 0, products: 2 },
    { slug: "seeds", name: "Seeds", parent: "garden", depth: 1, products: 2 },
  ]);
});
