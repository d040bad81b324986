/** A catalogue of many categories, and products with more texts than one message takes. */
import {
  CreateProduct,
  EditProduct,
  ListCategories,
  ListProducts,
  ProductTooLarge,
  PutCategories,
} from "../../../services/catalog/catalog.contract.ts";
import catalog from "../../../services/catalog/catalog.service.ts";
import { aPerson, stage, type Stage } from "../../support/stage.ts";
import { aProduct, put } from "./shop.ts";

let harness: Stage;
const editor = aPerson("editor");
beforeAll(async () => {
  harness = await stage([catalog], { feeds: ["pricing", "inventory"] });
});
afterAll(() => harness.leave());

test("more categories than one answer takes are listed page by page, none twice, none missing", async () => {
  const slugs = Array.from({ length: 800 }, (_, n) => `category-${n}-${"x".repeat(200)}`);
  for (let from = 0; from < slugs.length; from += 200)
    await harness.call(PutCategories, {
      categories: slugs.slice(from, from + 200).map((slug) => ({
        slug,
        title: { fr: `Catégorie ${"é".repeat(200)}`, en: `Category ${"é".repeat(200)}` },
      })),
    });
  const seen: string[] = [];
  let pages = 0;
  let after: string | undefined;
  do {
    const { categories, next } = await harness.call(
      ListCategories,
      after === undefined ? {} : { after },
    );
    seen.push(...categories.map(({ slug }) => slug));
    after = next;
    pages += 1;
  } while (after !== undefined);
  expect(pages).toBeGreaterThan(1);
  expect(seen.toSorted()).toEqual(slugs.toSorted());
});

test("a cursor of another list is refused", async () => {
  const after = Buffer.from('["0197a000-0000-7000-8000-000000000000"]').toString("base64url");
  await expect(harness.call(ListCategories, { after })).rejects.toMatchObject({
    type: "CURSOR_INVALID",
  });
});

test("a product that no message could carry is refused when it is made or changed", async () => {
  const variants = Array.from({ length: 100 }, (_, n) => ({
    sku: `LARGE-${n}`,
    optionValues: [Math.floor(n / 10), n % 10, 0],
    priceMinor: 100,
  }));
  const named = (word: string) => ({ fr: word.padEnd(250, "é"), en: word.padEnd(250, "é") });
  const option = (word: string, values: number) => ({
    name: named(word),
    values: Array.from({ length: values }, (_, n) => named(`${word}${n}`)),
  });
  const large = {
    title: named("Large"),
    options: [option("a", 10), option("b", 10), option("c", 1)],
    variants,
  };
  await expect(harness.call(CreateProduct, large, editor)).rejects.toMatchObject({
    type: ProductTooLarge.type,
    code: 422,
  });
  const { id: productId, version } = await harness.call(
    CreateProduct,
    { ...large, variants: variants.slice(0, 60) },
    editor,
  );
  const description = { fr: "é".repeat(100_000), en: "court" };
  await expect(
    harness.call(EditProduct, { productId, version, description }, editor),
  ).rejects.toMatchObject({ type: ProductTooLarge.type });
});

test("a page of products with many tags ends where it is full", async () => {
  const tags = Array.from({ length: 250 }, (_, n) => `tag ${n} `.padEnd(250, "x"));
  for (let n = 0; n < 6; n += 1) await put(harness, aProduct({ tags, vendor: "Tagged" }));
  const first = await harness.call(ListProducts, { vendor: "Tagged", limit: 100 });
  expect(first.products.length).toBeLessThan(6);
  const after = first.next ?? "";
  const rest = await harness.call(ListProducts, { vendor: "Tagged", limit: 100, after });
  expect(first.products.length + rest.products.length).toBeGreaterThanOrEqual(6 - 2);
});
