/** Texts and images of products: what is cleaned, and what is left out. */
import { brief, file, only, read, row, tea } from "./reading.ts";

describe("texts", () => {
  test("of one line lose their tags, and this is told", async () => {
    const { products, issues } = await read(
      file(
        tea({
          Title: "<b>Salt</b> &amp;\nPepper",
          Vendor: "A & B",
          Tags: "<i>x</i>,y",
          Type: "&lt;script&gt;alert(1)&lt;/script&gt;",
        }),
      ),
    );
    expect(only(products)).toMatchObject({
      title: "Salt & Pepper",
      vendor: "A & B",
      type: "alert(1)",
      tags: ["x", "y"],
    });
    expect(brief(issues)).toEqual([
      "2 TEXT_CLEANED Title",
      "2 TEXT_CLEANED Tags",
      "2 TEXT_CLEANED Type",
    ]);
  });

  test("that are too long are left out, and the product stands", async () => {
    const long = { Vendor: "v".repeat(256), "SEO Description": "s".repeat(1_001) };
    const { products, issues } = await read(
      file(tea({ ...long, "Body (HTML)": "d".repeat(100_001), Tags: `a,${"t".repeat(256)}` })),
    );
    const { vendor, seoDescription, descriptionHtml, tags } = only(products);
    expect({ vendor, seoDescription, descriptionHtml, tags }).toEqual({
      descriptionHtml: "",
      tags: ["a"],
    });
    expect(brief(issues).sort()).toEqual([
      "2 TEXT_TOO_LONG Body (HTML)",
      "2 TEXT_TOO_LONG SEO Description",
      "2 TEXT_TOO_LONG Tags",
      "2 TEXT_TOO_LONG Vendor",
    ]);
  });

  test("more than 250 tags are cut, and told", async () => {
    const tags = Array.from({ length: 260 }, (_, n) => `t${n}`).join(",");
    const { products, issues } = await read(file(tea({ Tags: tags })));
    expect(only(products).tags).toHaveLength(250);
    expect(only(issues)).toMatchObject({
      code: "TAGS_TOO_MANY",
      value: expect.stringMatching(/^t250, /),
    });
  });
});

describe("images", () => {
  test("whose address is not http or https are not taken", async () => {
    const bad = [
      "javascript:alert(1)",
      "/a.jpg",
      "ftp://e.com/a",
      "https://u:p@e.com/a",
      "https://u@e.com/a",
      "x y",
    ];
    const rows = bad.map((url) => row({ Handle: "tea", "Image Src": url }));
    const { products, issues } = await read(file(tea({ "Variant Image": "data:x" }), ...rows));
    expect(only(products).images).toEqual([]);
    expect(only(products).variants[0]).not.toHaveProperty("imageUrl");
    expect(brief(issues)).toEqual([
      "2 IMAGE_REFUSED Variant Image",
      ...bad.map((_, n) => `${n + 3} IMAGE_REFUSED Image Src`),
    ]);
  });

  test("are taken once, up to 250; those after are told one by one", async () => {
    const image = (n: number) => row({ Handle: "tea", "Image Src": `https://e.com/${n}.jpg` });
    const rows = Array.from({ length: 252 }, (_, n) => image(n));
    const { products, issues } = await read(file(tea(), image(0), ...rows));
    expect(only(products).images).toHaveLength(250);
    expect(brief(issues)).toEqual([
      "4 IMAGE_REPEATED Image Src",
      "254 IMAGES_TOO_MANY Image Src",
      "255 IMAGES_TOO_MANY Image Src",
    ]);
  });

  test("a row that brings nothing is told", async () => {
    const { issues } = await read(file(tea(), row({ Handle: "tea", "Variant Grams": "5" })));
    expect(brief(issues)).toEqual(["3 ROW_EMPTY"]);
  });
});
