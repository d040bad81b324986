import { compile } from "../../../lib/validator.ts";
import { DEMO } from "../../../operations/demo/company.ts";
import { DemoCompany } from "../../../operations/demo/shapes.ts";

const { categories, coupons, products, stores } = DEMO;
const variants = products.flatMap((product) => product.variants);
const goods = products.filter(({ type }) => type === "goods");

const repeated = <T>(values: readonly T[]): T[] =>
  values.filter((value, i) => values.indexOf(value) !== i);
const stockOf = ({ stock }: { stock: Record<string, number> }) => Object.values(stock);

test("the whole company has the shape that the seed relies on", () => {
  const validate = compile(DemoCompany);
  validate(DEMO);
  expect(validate.errors ?? []).toEqual([]);
});

test("it is three shops, a warehouse and sixty products in ten categories", () => {
  expect(stores.filter(({ kind }) => kind === "store")).toHaveLength(3);
  expect(stores.filter(({ kind }) => kind === "warehouse")).toHaveLength(1);
  expect(categories).toHaveLength(10);
  expect(products).toHaveLength(60);
  expect(products.filter(({ type }) => type === "service")).toHaveLength(3);
  expect(variants.length).toBeGreaterThanOrEqual(130);
  expect(variants.length).toBeLessThanOrEqual(160);
});

test("what identifies something does so once", () => {
  expect(repeated(stores.map(({ code }) => code))).toEqual([]);
  expect(repeated(stores.map(({ priority }) => priority))).toEqual([]);
  expect(repeated(categories.map(({ slug }) => slug))).toEqual([]);
  expect(repeated(products.map(({ handle }) => handle))).toEqual([]);
  expect(repeated(variants.map(({ sku }) => sku))).toEqual([]);
  expect(repeated(variants.flatMap(({ ean }) => ean ?? []))).toEqual([]);
  expect(repeated(coupons.map(({ code }) => code))).toEqual([]);
});

test("each SKU is plain capitals and digits, so that it can be typed and printed", () => {
  expect(variants.filter(({ sku }) => !/^[A-Z0-9]+(-[A-Z0-9]+)*$/.test(sku))).toEqual([]);
});

describe("EAN-13", () => {
  /** GS1 General Specifications, 7.9: weights 1 and 3 from the left, up to the next ten. */
  const checkDigit = (ean: string) => {
    const digits = Array.from(ean.slice(0, 12), Number);
    const sum = digits.reduce((all, digit, i) => all + digit * (i % 2 ? 3 : 1), 0);
    return (10 - (sum % 10)) % 10;
  };

  test("the rule agrees with a code that is printed on a real product", () => {
    expect(checkDigit("4006381333931")).toBe(1);
  });

  test("every piece of goods has one with a right check digit", () => {
    const eans = goods.flatMap((product) => product.variants.map(({ ean }) => ean ?? "none"));
    expect(eans.filter((ean) => Number(ean.at(-1)) !== checkDigit(ean))).toEqual([]);
  });

  test("what nobody scans has none", () => {
    const others = products.filter(({ type }) => type !== "goods");
    expect(others.flatMap((product) => product.variants.flatMap(({ ean }) => ean ?? []))).toEqual(
      [],
    );
  });
});

describe("categories", () => {
  const slugs = categories.map(({ slug }) => slug);

  test("a parent exists and stands before its children", () => {
    const orphans = categories.filter(
      ({ parent }, i) => parent !== undefined && !slugs.slice(0, i).includes(parent),
    );
    expect(orphans).toEqual([]);
  });

  test("every product is in categories that exist, once in each", () => {
    for (const product of products) {
      expect(slugs).toEqual(expect.arrayContaining(product.categories));
      expect(repeated(product.categories)).toEqual([]);
    }
  });

  test("no category is empty", () => {
    const filled = new Set(products.flatMap((product) => product.categories));
    expect(slugs.filter((slug) => !filled.has(slug))).toEqual([]);
  });
});

describe("variants", () => {
  test("each has one value of every option, and no two the same", () => {
    for (const { handle, options, variants } of products) {
      for (const { optionValues } of variants) {
        const inRange = optionValues.every((at, i) => at < (options[i]?.values.length ?? 0));
        expect({ handle, count: optionValues.length, inRange }).toEqual({
          handle,
          count: options.length,
          inRange: true,
        });
      }
      expect(repeated(variants.map(({ optionValues }) => optionValues.join()))).toEqual([]);
    }
  });

  test("no option has a value that cannot be bought", () => {
    for (const { handle, options, variants } of products) {
      const bought = options.map(
        (_, i) => new Set(variants.map((variant) => variant.optionValues[i])).size,
      );
      expect({ handle, bought }).toEqual({
        handle,
        bought: options.map(({ values }) => values.length),
      });
    }
  });

  test("goods weigh something, services and files nothing", () => {
    for (const { handle, type, variants } of products) {
      const heavy = variants.every(({ weightGrams }) => weightGrams > 0);
      expect({ handle, heavy }).toEqual({ handle, heavy: type === "goods" });
    }
  });
});

describe("prices", () => {
  test("a crossed-out price is above the price", () => {
    const reduced = variants.filter(({ compareAtMinor }) => compareAtMinor !== undefined);
    expect(reduced.length).toBeGreaterThan(5);
    expect(
      reduced.filter(({ priceMinor, compareAtMinor = 0 }) => compareAtMinor <= priceMinor),
    ).toEqual([]);
  });

  test("the laptop of the first demo still costs 899.99", () => {
    const laptop = products.find(({ title }) => title.en === "Laptop Pro");
    expect(laptop?.title.fr).toBe("Laptop Pro");
    expect(laptop?.variants.map(({ priceMinor }) => priceMinor)).toEqual([89_999]);
  });

  test("a book is at the publisher's price, never reduced (loi n° 81-766, art. 1)", () => {
    const books = products.filter((product) => product.categories.includes("livres"));
    expect(books.flatMap(({ variants }) => variants).filter((v) => "compareAtMinor" in v)).toEqual(
      [],
    );
  });
});

test("food and books are taxed at the reduced rate, and nothing else is", () => {
  for (const { handle, categories, taxClass } of products) {
    const reduced = ["livres", "the-cafe"].includes(categories[0] ?? "");
    expect({ handle, taxClass }).toEqual({ handle, taxClass: reduced ? "reduced" : "standard" });
  }
  expect(DEMO.taxRates).toEqual({ standard: 2_000, reduced: 550, super_reduced: 210 });
});

describe("stock", () => {
  const codes = stores.map(({ code }) => code).toSorted();

  test("goods are counted in every store, services and files in none", () => {
    for (const { type, variants } of products) {
      for (const { sku, stock } of variants) {
        const expected = type === "goods" ? codes : [];
        expect({ sku, stores: Object.keys(stock).toSorted() }).toEqual({ sku, stores: expected });
      }
    }
  });

  test("exactly one product is sold out everywhere", () => {
    const soldOut = goods.filter((product) =>
      product.variants.every((variant) => stockOf(variant).every((pieces) => pieces === 0)),
    );
    expect(soldOut.map(({ handle }) => handle)).toEqual(["bol-a-matcha"]);
  });

  test("some are sold out in a shop or nearly so, most are not", () => {
    const gone = variants.filter((v) => stockOf(v).includes(0) && stockOf(v).some((n) => n > 0));
    const low = variants.filter((v) => stockOf(v).some((n) => n >= 1 && n <= 3));
    expect(gone.length).toBeGreaterThan(10);
    expect(low.length).toBeGreaterThan(10);
    expect(gone.length).toBeLessThan(variants.length / 3);
  });
});
