/** Products and categories as editors make and change them. */
import { v7 } from "uuid";
import {
  AddVariant,
  ArchiveProduct,
  CategoryChangedMeanwhile,
  CategoryInUse,
  CategoryLoop,
  CategoryNotFound,
  CreateCategory,
  CreateProduct,
  EditCategory,
  EditProduct,
  EditVariant,
  GetProduct,
  HandleTaken,
  ListProducts,
  OptionsMismatch,
  ProductArchived,
  ProductChanged,
  ProductIsArchived,
  ProductNotFound,
  PutCategories,
  RemoveCategory,
  SkuTaken,
  SlugTaken,
  SnapshotVariants,
  VariantCreated,
  VariantUpdated,
} from "../../../services/catalog/catalog.contract.ts";
import { KeyReused } from "../../../lib/idempotency.ts";
import { NotAllowed, NotSignedIn } from "../../../lib/access.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import { aPerson, stage, type Stage } from "../../support/stage.ts";
import { aProduct, put } from "./shop.ts";

let harness: Stage;
const editor = aPerson("editor");
beforeAll(async () => {
  harness = await stage([catalog], { feeds: ["pricing", "inventory"] });
});
afterAll(() => harness.leave());

let n = 0;
const draft = () => {
  n += 1;
  return {
    title: { fr: `Été n° ${n}`, en: `Summer no. ${n}` },
    variants: [{ sku: `DRAFT-${n}`, priceMinor: 990, stock: [{ quantity: 4 }] }],
  };
};
const create = (output: Parameters<typeof make>[0] = draft()) => make(output);
const make = (
  output: ReturnType<typeof draft> & Record<string, unknown>,
  key?: string,
  person = editor,
) =>
  harness.call(CreateProduct, output, person, {
    language: "fr",
    ...(key !== undefined && { key }),
  });
const blue = { fr: "Bleu", en: "Blue" };
const red = { fr: "Rouge", en: "Red" };
const colour = { name: { fr: "Couleur", en: "Colour" }, values: [blue] };

test("a product is made, told, found, and its address is of its title", async () => {
  const made = await create();
  expect(made).toMatchObject({
    handle: `ete-n-${n}`,
    name: `Été n° ${n}`,
    price: 9.9,
    stock: "in_stock",
    status: "active",
    version: 1,
  });
  expect(await harness.call(GetProduct, { productId: made.handle })).toMatchObject({ id: made.id });
  expect(await harness.published("catalog", VariantCreated)).toContainEqual(
    expect.objectContaining({ productId: made.id, stock: [{ quantity: 4 }], priceMinor: 990 }),
  );
});

test("the same key makes one product, another request with it is refused", async () => {
  const output = draft();
  const key = v7();
  const [one, two] = await Promise.all([make(output, key), make(output, key)]);
  expect(two.id).toBe(one.id);
  await expect(make(draft(), key)).rejects.toMatchObject({ type: KeyReused.type });
});

test("equal titles get addresses of their own; a wished address that is taken is refused", async () => {
  const output = draft();
  const first = await create(output);
  const second = await create({ ...draft(), title: output.title });
  expect(second.handle).toBe(`${first.handle}-2`);
  await expect(create({ ...draft(), handle: first.handle })).rejects.toMatchObject({
    type: HandleTaken.type,
    code: 409,
  });
});

test("of many who want the same SKU at once, one gets it", async () => {
  const { variants } = draft();
  const tries = await Promise.allSettled(
    Array.from({ length: 6 }, () => create({ ...draft(), variants })),
  );
  const lost = tries.flatMap((it) => (it.status === "rejected" ? [it.reason as object] : []));
  expect(lost).toHaveLength(5);
  for (const reason of lost) expect(reason).toMatchObject({ type: SkuTaken.type });
});

test.each([
  ["a value too many", [{ sku: "X1", priceMinor: 1, optionValues: [0, 0] }]],
  ["a value that is not there", [{ sku: "X2", priceMinor: 1, optionValues: [1] }]],
  ["none", [{ sku: "X3", priceMinor: 1 }]],
  [
    "the same twice",
    [
      { sku: "X4", priceMinor: 1, optionValues: [0] },
      { sku: "X5", priceMinor: 1, optionValues: [0] },
    ],
  ],
])("variants whose options do not fit are refused: %s", async (_, variants) => {
  const output = { ...draft(), options: [colour], variants } as never;
  await expect(create(output)).rejects.toMatchObject({ type: OptionsMismatch.type });
});

test("only editors may", async () => {
  await expect(make(draft(), undefined, aPerson("user"))).rejects.toMatchObject({
    type: NotAllowed.type,
  });
  await expect(harness.call(CreateProduct, draft())).rejects.toMatchObject({
    type: NotSignedIn.type,
  });
  await expect(
    harness.call(ArchiveProduct, { productId: v7() }, aPerson("cashier")),
  ).rejects.toMatchObject({ type: NotAllowed.type });
});

describe("changed as it was at a version", () => {
  test("what is named changes, what is null goes, the rest stays", async () => {
    await harness.call(PutCategories, {
      categories: [{ slug: "lamps", title: { fr: "Lampes", en: "Lamps" } }],
    });
    const made = await create({ ...draft(), vendor: "Lux", tags: ["a"], categories: ["lamps"] });
    const change = {
      title: { fr: "Lampadaire", en: "Floor lamp" },
      description: { fr: "<p>Haut<script>x</script></p>", en: "" },
      vendor: null,
    };
    const to = { productId: made.id, version: 1, ...change };
    const edited = await harness.call(EditProduct, to, editor, { language: "fr" });
    expect(edited).toMatchObject({
      name: "Lampadaire",
      description: "<p>Haut</p>",
      tags: ["a"],
      categories: ["lamps"],
      handle: made.handle,
      version: 2,
    });
    expect(edited).not.toHaveProperty("vendor");
    const { products } = await harness.call(ListProducts, { q: "lampadaire" });
    expect(products.map(({ id }) => id)).toEqual([made.id]);
  });

  test("of two who saw the same version, one is told to look again", async () => {
    const { id: productId } = await create();
    const tries = await Promise.allSettled(
      ["a", "b"].map((tag) =>
        harness.call(EditProduct, { productId, version: 1, tags: [tag] }, editor),
      ),
    );
    const lost = tries.flatMap((it) => (it.status === "rejected" ? [it.reason as object] : []));
    expect(lost).toMatchObject([{ type: ProductChanged.type, data: { version: 2 } }]);
  });

  test("a draft is not shown nor to be sold, until it is published", async () => {
    const { id: productId, variantId } = await create({ ...draft(), published: false });
    const visible = () => harness.call(GetProduct, { productId });
    await expect(visible()).rejects.toMatchObject({ type: ProductNotFound.type });
    const snapshot = () => harness.call(SnapshotVariants, { variantIds: [variantId] });
    expect((await snapshot()).variants).toMatchObject([{ sellable: false }]);
    await harness.call(EditProduct, { productId, version: 1, published: true }, editor);
    expect(await visible()).toMatchObject({ status: "active" });
    expect((await snapshot()).variants).toMatchObject([{ sellable: true }]);
  });

  test("to an address or a category that cannot be is refused", async () => {
    const one = await create();
    const two = await create();
    const edit = (change: object) =>
      harness.call(EditProduct, { productId: two.id, version: 1, ...change }, editor);
    await expect(edit({ handle: one.handle })).rejects.toMatchObject({ type: HandleTaken.type });
    await expect(edit({ categories: ["none"] })).rejects.toMatchObject({
      type: CategoryNotFound.type,
    });
    await expect(
      harness.call(EditProduct, { productId: v7(), version: 1, tags: [] }, editor),
    ).rejects.toMatchObject({ type: ProductNotFound.type });
  });
});

describe("archived", () => {
  test("it is no longer shown, sold or changed, and its SKU is free; twice is harmless", async () => {
    const output = draft();
    const { id: productId, variantId } = await create(output);
    const archive = () => harness.call(ArchiveProduct, { productId }, editor);
    expect(await archive()).toMatchObject({ status: "archived", variants: [{ id: variantId }] });
    expect(await archive()).toMatchObject({ status: "archived", version: 2 });

    await expect(harness.call(GetProduct, { productId })).rejects.toMatchObject({
      type: ProductNotFound.type,
    });
    const { variants } = await harness.call(SnapshotVariants, { variantIds: [variantId] });
    expect(variants).toMatchObject([{ sellable: false }]);
    await expect(
      harness.call(EditProduct, { productId, version: 2, tags: [] }, editor),
    ).rejects.toMatchObject({ type: ProductIsArchived.type });
    const told = (await harness.published("catalog", ProductArchived)).filter(
      (one) => one.productId === productId,
    );
    expect(told).toEqual([{ productId, variantIds: [variantId] }]);
    expect(await create({ ...draft(), variants: output.variants })).toBeDefined();
  });

  test("what is put again is sold again, with the same ids", async () => {
    const output = aProduct();
    const productId = await put(harness, output);
    const { variantId } = await harness.call(GetProduct, { productId });
    await harness.call(ArchiveProduct, { productId }, editor);
    expect(await put(harness, output)).toBe(productId);
    expect(await harness.call(GetProduct, { productId })).toMatchObject({ variantId });
  });
});

describe("variants", () => {
  test("one is added, with a value that its option had not yet", async () => {
    const variants = [{ sku: "V-BLUE", priceMinor: 500, optionValues: [0] }];
    const made = await create({ ...draft(), options: [colour], variants } as never);
    const more = { productId: made.id, sku: "V-RED", priceMinor: 600, values: [red] };
    const grown = await harness.call(AddVariant, more, editor, { language: "en" });
    expect(grown.options).toEqual([{ name: "Colour", values: ["Blue", "Red"] }]);
    expect(grown.variants).toMatchObject([{ title: "Blue" }, { title: "Red", price: 6 }]);
    expect(await harness.published("catalog", VariantCreated)).toContainEqual(
      expect.objectContaining({ sku: "V-RED", priceMinor: 600 }),
    );
    await expect(
      harness.call(AddVariant, { ...more, sku: "V-RED-2" }, editor),
    ).rejects.toMatchObject({
      type: OptionsMismatch.type,
    });
  });

  test("another SKU is told to those who know it by that; one that is taken is refused", async () => {
    const { id: productId, variantId } = await create();
    const edit = (version: number, sku: string) =>
      harness.call(EditVariant, { productId, variantId, version, sku, weightGrams: 5 }, editor);
    expect((await edit(1, "NEW-SKU")).variants).toMatchObject([
      { sku: "NEW-SKU", weightGrams: 5, id: variantId },
    ]);
    const told = await harness.published("catalog", VariantUpdated);
    expect(told.filter((one) => one.variantId === variantId)).toMatchObject([
      { sku: "NEW-SKU", stock: [] },
    ]);
    const other = await create();
    await expect(edit(2, other.variants[0]?.sku ?? "")).rejects.toMatchObject({
      type: SkuTaken.type,
    });
  });
});

describe("categories", () => {
  const make = (slug: string, parent?: string) =>
    harness.call(
      CreateCategory,
      { slug, title: { fr: slug, en: slug }, ...(parent !== undefined && { parent }) },
      editor,
    );
  const edit = (categoryId: string, version: number, parent: string | null) =>
    harness.call(EditCategory, { categoryId, version, parent }, editor);

  test("are made, moved and removed", async () => {
    const top = await make("top");
    const below = await make("below", "top");
    expect(below).toMatchObject({ parent: "top", version: 1 });
    await expect(make("top")).rejects.toMatchObject({ type: SlugTaken.type });
    await expect(make("x", "nowhere")).rejects.toMatchObject({ type: CategoryNotFound.type });
    await expect(edit(top.id, 1, "below")).rejects.toMatchObject({ type: CategoryLoop.type });
    const remove = () => harness.call(RemoveCategory, { categoryId: top.id }, editor);
    await expect(remove()).rejects.toMatchObject({ type: CategoryInUse.type });
    const moved = await edit(below.id, 1, null);
    expect(moved).not.toHaveProperty("parent");
    await expect(edit(below.id, 1, null)).rejects.toMatchObject({
      type: CategoryChangedMeanwhile.type,
    });
    expect(await remove()).toMatchObject({ slug: "top" });
  });

  test("two that are moved below each other at once never make a circle", async () => {
    const one = await make("one");
    const two = await make("two");
    const tries = await Promise.allSettled([edit(one.id, 1, "two"), edit(two.id, 1, "one")]);
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});
