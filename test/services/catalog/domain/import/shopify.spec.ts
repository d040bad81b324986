import { brief, file, only, read, row, tea } from "./reading.ts";

describe("a product", () => {
  test("is gathered from its rows, with all that they say", async () => {
    const { products, issues } = await read(
      file(
        row({
          Handle: "tea",
          Title: "Green tea",
          "Body (HTML)": "<p>Fresh<br>leaves</p>",
          Vendor: "Leaf",
          Type: "Drinks",
          Tags: "hot, green ,hot,",
          Published: "FALSE",
          "Option1 Name": "Size",
          "Option1 Value": "100 g",
          "Option2 Name": "Box",
          "Option2 Value": "Tin",
          "Variant SKU": "T1",
          "Variant Grams": "120",
          "Variant Inventory Tracker": "shopify",
          "Variant Inventory Qty": "7",
          "Variant Inventory Policy": "continue",
          "Variant Price": "12.50",
          "Variant Compare At Price": "15.00",
          "Variant Requires Shipping": "false",
          "Variant Taxable": "non",
          "Variant Barcode": "'0309",
          "Gift Card": "true",
          "Image Src": "https://e.com/2.jpg",
          "Image Position": "2",
          "SEO Title": "Tea",
          "SEO Description": "Drink it",
          "Variant Image": "https://e.com/v.jpg",
        }),
        row({
          Handle: "tea",
          "Option1 Value": "1 kg",
          "Option2 Value": "Tin",
          "Variant SKU": "T2",
          "Variant Price": "90",
        }),
        row({
          Handle: "tea",
          "Image Src": "https://e.com/1.jpg",
          "Image Position": "1",
          "Image Alt Text": "A cup",
        }),
      ),
    );
    expect(issues).toEqual([]);
    expect(only(products)).toEqual({
      line: 2,
      handle: "tea",
      title: "Green tea",
      vendor: "Leaf",
      type: "Drinks",
      descriptionHtml: "<p>Fresh<br />leaves</p>",
      tags: ["hot", "green"],
      published: false,
      giftCard: true,
      seoTitle: "Tea",
      seoDescription: "Drink it",
      options: [
        {
          name: "Size",
          values: ["100 g", "1 kg"],
        },
        {
          name: "Box",
          values: ["Tin"],
        },
      ],
      variants: [
        {
          line: 2,
          sku: "T1",
          optionValues: ["100 g", "Tin"],
          priceMinor: 1250,
          compareAtMinor: 1500,
          grams: 120,
          quantity: 7,
          trackInventory: true,
          policy: "continue",
          barcode: "0309",
          requiresShipping: false,
          taxable: false,
          imageUrl: "https://e.com/v.jpg",
        },
        {
          line: 3,
          sku: "T2",
          optionValues: ["1 kg", "Tin"],
          priceMinor: 9e3,
          grams: 0,
          quantity: 0,
          trackInventory: false,
          policy: "deny",
          requiresShipping: true,
          taxable: true,
        },
      ],
      images: [
        {
          url: "https://e.com/1.jpg",
          alt: "A cup",
          position: 1,
        },
        {
          url: "https://e.com/2.jpg",
          position: 2,
        },
      ],
    });
  });

  test("in one form only has no options", async () => {
    const one = { "Option1 Name": "Title", "Option1 Value": "Default Title" };
    const { products } = await read(file(tea(one)));
    expect(only(products)).toMatchObject({ options: [], variants: [{ optionValues: [] }] });
  });

  test("without a title or with one that is too long is not taken, and told", async () => {
    const { products, issues } = await read(
      file(tea({ Title: "" }), tea({ Handle: "b", Title: "x".repeat(256) }), tea({ Handle: "c" })),
    );
    expect(products.map(({ handle }) => handle)).toEqual(["c"]);
    expect(brief(issues)).toEqual(["2 TITLE_MISSING Title", "3 PRODUCT_TEXT_TOO_LONG Title"]);
  });

  test("with an endless handle is not taken, and the report stays short", async () => {
    const endless = tea({ Handle: "h".repeat(5_000) });
    const { products, issues } = await read(file(endless, tea(), endless));
    expect(products.map(({ handle }) => handle)).toEqual(["tea"]);
    expect(brief(issues)).toEqual(["2 PRODUCT_TEXT_TOO_LONG Handle", "4 HANDLE_SCATTERED Handle"]);
    expect(JSON.stringify(issues).length).toBeLessThan(2_000);
  });

  test("that comes back further down is refused row by row, and the first part stands", async () => {
    const again = tea({ "Variant SKU": "T9", "Variant Price": "9" });
    const { products, issues } = await read(file(tea(), tea({ Handle: "b" }), again, again));
    expect(products.map(({ handle }) => handle)).toEqual(["tea", "b"]);
    expect(brief(issues.filter(({ level }) => level === "error"))).toEqual([
      "4 HANDLE_SCATTERED Handle",
      "5 HANDLE_SCATTERED Handle",
    ]);
  });

  test("none of whose variants can be taken is not taken", async () => {
    const { products, issues } = await read(file(tea({ "Variant Price": "" })));
    expect(products).toEqual([]);
    expect(brief(issues)).toEqual(["2 PRICE_MISSING Variant Price", "2 NO_VARIANT Handle"]);
  });

  test("keeps what its first row says; another value further down is told", async () => {
    const later = row({ Handle: "tea", Title: "Coffee", "Image Src": "https://e.com/1.jpg" });
    const { products, issues } = await read(file(tea(), later));
    expect(only(products).title).toBe("Tea");
    expect(brief(issues)).toEqual(["3 LATER_VALUE_IGNORED Title"]);
    expect(only(issues).value).toBe("Coffee");
  });

  test("that is a draft is not published, whatever else is said", async () => {
    const bytes = `Handle,Title,Published,Status,Variant Price\na,A,true,draft,1\nb,B,,Active,1\n`;
    const { products } = await read(bytes);
    expect(products.map(({ published }) => published)).toEqual([false, true]);
  });
});

test("the same file gives the same, product by product and fault by fault", async () => {
  const bytes = file(tea(), tea({ Handle: "b" }), tea({ Handle: "c", "Variant SKU": "" }), "x,y");
  expect(await read(bytes)).toEqual(await read(bytes, { pieces: 7 }));
});
