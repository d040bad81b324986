import { brief, file, only, read, row, tea } from "./reading.ts";

const sized = (size: string, cells: Record<string, string> = {}) =>
  row({
    Handle: "tea",
    "Option1 Value": size,
    "Variant Price": "1",
    "Variant SKU": size,
    ...cells,
  });
const first = (cells: Record<string, string> = {}) =>
  tea({ "Option1 Name": "Size", "Option1 Value": "S", ...cells });

test("a variant without a price is not taken; the rest of the product is", async () => {
  const { products, issues } = await read(
    file(first(), sized("M", { "Variant Price": "" }), sized("L")),
  );
  expect(only(products).variants.map(({ optionValues }) => optionValues)).toEqual([["S"], ["L"]]);
  expect(only(products).options).toEqual([{ name: "Size", values: ["S", "L"] }]);
  expect(brief(issues)).toEqual(["3 PRICE_MISSING Variant Price"]);
});

test.each([
  ["12.345", "PRICE_TOO_PRECISE"],
  ["-1", "PRICE_NEGATIVE"],
  ["1,299", "PRICE_AMBIGUOUS"],
  ["$5", "PRICE_OTHER_CURRENCY"],
  ["soon", "PRICE_UNREADABLE"],
  ["100000001", "PRICE_TOO_LARGE"],
])("the price %s is refused as %s", async (price, code) => {
  const { products, issues } = await read(file(first(), sized("M", { "Variant Price": price })));
  expect(only(products).variants).toHaveLength(1);
  expect(only(issues)).toMatchObject({ line: 3, code, level: "error", value: price });
});

test("a compare-at price that cannot be read is left out, the variant is taken", async () => {
  const { products, issues } = await read(file(tea({ "Variant Compare At Price": "-1" })));
  expect(only(only(products).variants)).not.toHaveProperty("compareAtMinor");
  expect(brief(issues)).toEqual(["2 COMPARE_AT_REFUSED Variant Compare At Price"]);
});

test.each([
  ["-3", 0, "QUANTITY_NEGATIVE", "warning"],
  ["2.5", 0, "NUMBER_UNREADABLE", "warning"],
  ["many", 0, "NUMBER_UNREADABLE", "warning"],
  ["99999999999", 0, "NUMBER_UNREADABLE", "warning"],
])("the quantity %s is taken as %i, and told", async (text, quantity, code, level) => {
  const { products, issues } = await read(file(tea({ "Variant Inventory Qty": text })));
  expect(only(only(products).variants).quantity).toBe(quantity);
  expect(only(issues)).toMatchObject({ code, level, value: text });
});

test.each([
  ["12", 12],
  ["7.0", 7],
  ["", 0],
  ["-0", 0],
])("the quantity %j is %i, and nothing to tell", async (text, quantity) => {
  const { products, issues } = await read(file(tea({ "Variant Inventory Qty": text })));
  expect(only(only(products).variants).quantity).toBe(quantity);
  expect(issues).toEqual([]);
});

test("grams are rounded and told; what is no weight is none", async () => {
  const { products, issues } = await read(
    file(first({ "Variant Grams": "272.6" }), sized("M", { "Variant Grams": "-2" })),
  );
  expect(only(products).variants.map(({ grams }) => grams)).toEqual([273, 0]);
  expect(brief(issues)).toEqual([
    "2 NUMBER_UNREADABLE Variant Grams",
    "3 NUMBER_UNREADABLE Variant Grams",
  ]);
});

test("a choice that nobody knows is told, with what was taken instead", async () => {
  const { products, issues } = await read(
    file(tea({ "Variant Taxable": "perhaps", "Variant Inventory Policy": "constructor" })),
  );
  expect(only(only(products).variants)).toMatchObject({ taxable: true, policy: "deny" });
  expect(issues.map(({ code }) => code)).toEqual(["FLAG_UNREADABLE", "FLAG_UNREADABLE"]);
  expect(issues[0]?.what.en).toBe("“constructor” is no known choice: “deny” was taken.");
});

describe("SKUs", () => {
  const skus = async (...rows: string[]) => {
    const { products, issues } = await read(file(...rows));
    return {
      skus: products.flatMap(({ variants }) => variants.map(({ sku }) => sku)),
      issues,
    };
  };

  test("that are missing are made from handle and options, and told", async () => {
    const { skus: made, issues } = await skus(
      first({ "Variant SKU": "", "Option1 Value": "Été" }),
      sized("L / XL", { "Variant SKU": "" }),
    );
    expect(made).toEqual(["TEA-ETE", "TEA-L-XL"]);
    expect(brief(issues)).toEqual(["2 SKU_MADE Variant SKU", "3 SKU_MADE Variant SKU"]);
  });

  test("that are made alike from different options are told apart", async () => {
    const { skus: made } = await skus(
      first({ "Variant SKU": "", "Option1 Value": "A+" }),
      sized("A-", { "Variant SKU": "" }),
    );
    expect(made[0]).toBe("TEA-A");
    expect(made[1]).toMatch(/^TEA-A-[0-9a-f]{8}$/);
  });

  test("that are repeated get an ending that depends on the variant, not on its place", async () => {
    const one = await skus(tea(), tea({ Handle: "b" }), tea({ Handle: "c" }));
    expect(one.skus[0]).toBe("TEA");
    expect(new Set(one.skus).size).toBe(3);
    expect(brief(one.issues)).toEqual(["3 SKU_REPEATED Variant SKU", "4 SKU_REPEATED Variant SKU"]);
    const other = await skus(tea(), tea({ Handle: "c" }), tea({ Handle: "b" }));
    expect(other.skus.toSorted()).toEqual(one.skus.toSorted());
  });

  test("made earlier do not collide with ones given later", async () => {
    const { skus: all } = await skus(
      tea({ "Variant SKU": "" }),
      tea({ Handle: "b", "Variant SKU": "TEA" }),
    );
    expect(new Set(all).size).toBe(2);
  });

  test("of refused variants are free for others", async () => {
    const { skus: taken, issues } = await skus(
      first(),
      sized("M", { "Variant SKU": "X", "Variant Price": "" }),
      sized("L", { "Variant SKU": "X" }),
    );
    expect(taken).toEqual(["TEA", "X"]);
    expect(brief(issues)).toEqual(["3 PRICE_MISSING Variant Price"]);
  });

  test("that are too long are shortened so that they still differ", async () => {
    const long = "S".repeat(90);
    const endless = "S".repeat(5_000);
    const { skus: short, issues } = await skus(
      tea({ "Variant SKU": `${long}1` }),
      tea({ Handle: "b", "Variant SKU": `${long}2` }),
      tea({ Handle: "c", "Variant SKU": `${endless}1` }),
      tea({ Handle: "d", "Variant SKU": `${endless}2` }),
    );
    expect(new Set(short).size).toBe(4);
    expect(short.every((sku) => sku.length <= 64)).toBe(true);
    expect(new Set(issues.map(({ code }) => code))).toEqual(new Set(["SKU_TOO_LONG"]));
  });

  test("lose the apostrophe that keeps a spreadsheet from eating leading zeros", async () => {
    const {
      skus: [sku],
      issues,
    } = await skus(tea({ "Variant SKU": "'0042" }));
    expect(sku).toBe("0042");
    expect(issues).toEqual([]);
  });
});

describe("options", () => {
  test("a variant without a value for one of them is not taken", async () => {
    const { products, issues } = await read(file(first(), sized("", { "Variant SKU": "X" })));
    expect(only(products).variants).toHaveLength(1);
    expect(brief(issues)).toEqual(["3 OPTION_VALUE_MISSING Option1 Value"]);
  });

  test("a combination that was there is not taken again, and the first line is named", async () => {
    const { products, issues } = await read(file(first(), sized("S")));
    expect(only(products).variants).toHaveLength(1);
    expect(only(issues)).toMatchObject({ line: 3, code: "VARIANT_REPEATED", value: "S" });
    expect(only(issues).what.en).toContain("line 2");
  });

  test("without a name are named, without a use are told", async () => {
    const nameless = tea({ "Option1 Value": "S", "Option2 Name": "Box" });
    const { products, issues } = await read(file(nameless));
    expect(only(products).options).toEqual([{ name: "Option 1", values: ["S"] }]);
    expect(brief(issues)).toEqual([
      "2 OPTION_UNNAMED Option1 Name",
      "2 OPTION_UNUSED Option2 Name",
    ]);
  });

  test("of what remains decide: one plain variant is a product without options", async () => {
    const plain = { "Option1 Name": "Title", "Option1 Value": "Default Title" };
    const { products } = await read(file(tea(plain), sized("Default Title")));
    expect(only(products)).toMatchObject({ options: [], variants: [{ optionValues: [] }] });
  });

  test("a value that is too long costs its variant", async () => {
    const { issues } = await read(file(first(), sized("x".repeat(256), { "Variant SKU": "X" })));
    expect(brief(issues)).toEqual(["3 OPTION_VALUE_TOO_LONG Option1 Value"]);
  });

  test("100 variants are taken, those after are told one by one", async () => {
    const rows = Array.from({ length: 101 }, (_, n) => sized(`size ${n}`));
    const { products, issues } = await read(file(first(), ...rows));
    expect(only(products).variants).toHaveLength(100);
    expect(brief(issues)).toEqual(["102 VARIANTS_TOO_MANY", "103 VARIANTS_TOO_MANY"]);
  });
});
