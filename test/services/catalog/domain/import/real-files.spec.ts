/**
 * The reader on files of real merchants. They are not part of the project: where they do not lie
 * beside the checkout there is nothing to run. The numbers were counted by another program (Python's
 * csv module), not by this one.
 */
import { createReadStream, existsSync } from "node:fs";
import { detectEncoding } from "../../../../../services/catalog/domain/import/encoding.ts";
import { writeShopify } from "../../../../../services/catalog/domain/import/export.ts";
import { fingerprint } from "../../../../../services/catalog/domain/import/fingerprint.ts";
import { isError } from "../../../../../services/catalog/domain/import/imported.ts";
import { readStores } from "../../../../../services/catalog/domain/import/stores.ts";
import { read } from "./reading.ts";

const DATA = new URL("../../../../../../shared/data/", import.meta.url);
const present = existsSync(DATA);
const ifPresent = present ? test : test.skip;

const tally = (codes: string[]) =>
  Object.fromEntries(
    [...new Set(codes)].map((code) => [code, codes.filter((c) => c === code).length]),
  );

ifPresent.each([
  [
    "apparel",
    { products: 25, variants: 96, images: 55, stock: 458, priceMinor: 1_038_800 },
    { COLUMN_NOT_TAKEN: 15, HTML_STYLE_REMOVED: 25, SKU_MADE: 1 },
  ],
  [
    "bicycles",
    { products: 284, variants: 1_121, images: 1_034, stock: 48_976, priceMinor: 13_529_129 },
    {
      COLUMN_NOT_TAKEN: 15,
      HTML_STYLE_REMOVED: 273,
      HTML_CONTENT_REMOVED: 23,
      SKU_MADE: 3,
      SKU_REPEATED: 41,
      SKU_TOO_LONG: 4,
      QUANTITY_NEGATIVE: 23,
    },
  ],
  [
    "jewelry",
    { products: 19, variants: 24, images: 25, stock: 20, priceMinor: 1_222_600 },
    { COLUMN_NOT_TAKEN: 15, HTML_STYLE_REMOVED: 19, SKU_MADE: 24, QUANTITY_NEGATIVE: 1 },
  ],
])(
  "%s: every row is taken or told, and it goes out and in again the same",
  async (name, counts, codes) => {
    const open = () => createReadStream(new URL(`shopify/${name}.csv`, DATA));
    const encoding = await detectEncoding(open());
    expect(encoding).toBe("utf-8");
    const { products, issues } = await read(open(), { currency: "USD", encoding });
    const variants = products.flatMap((product) => product.variants);
    const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0);
    expect({
      products: products.length,
      variants: variants.length,
      images: products.flatMap(({ images }) => images).length,
      stock: sum(variants.map(({ quantity = NaN }) => quantity)),
      priceMinor: sum(variants.map(({ priceMinor }) => priceMinor)),
    }).toEqual(counts);
    expect(tally(issues.map(({ code }) => code))).toEqual(codes);

    const again = await read(writeShopify(each(products), { currency: "USD" }), {
      currency: "USD",
    });
    expect(again.issues).toEqual([]);
    expect(again.products.map(fingerprint)).toEqual(products.map(fingerprint));
  },
);

ifPresent("the chain's stores: all are taken, what was guessed is told", async () => {
  const codes: string[] = [];
  let stores = 0;
  for await (const item of readStores(createReadStream(new URL("stores.json", DATA)))) {
    if (isError(item)) codes.push(item.code);
    else stores++;
  }
  expect(stores).toBe(1_565);
  expect(tally(codes)).toEqual({
    POSTAL_CODE_PADDED: 19,
    HOURS_DAY_MISSING: 4,
    HOURS_AFTERNOON: 2,
  });
});

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
