import * as fc from "fast-check";
import {
  decode,
  detectEncoding,
  type Encoding,
  EncodingBroken,
} from "../../../../../services/catalog/domain/import/encoding.ts";
import { brief, file, inPieces, only, read, tea } from "./reading.ts";

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const LE_MARK = Buffer.from([0xff, 0xfe]);

async function textOf(bytes: Uint8Array, encoding?: Encoding, size?: number): Promise<string> {
  let text = "";
  for await (const piece of decode(inPieces(bytes, size), encoding)) text += piece;
  return text;
}

const bigEndian = (text: string) => Buffer.concat([LE_MARK, Buffer.from(text, "utf16le")]).swap16();
const TEXT = "Thé glacé – 4,50 € – 抹茶 🍵";

test.each<[string, Buffer, Encoding]>([
  ["plain UTF-8", Buffer.from(TEXT), "utf-8"],
  ["UTF-8 with a mark", Buffer.concat([UTF8_MARK, Buffer.from(TEXT)]), "utf-8"],
  ["UTF-16 LE", Buffer.concat([LE_MARK, Buffer.from(TEXT, "utf16le")]), "utf-16le"],
  ["UTF-16 BE", bigEndian(TEXT), "utf-16be"],
])("%s is told and read, whatever the pieces", async (_, bytes, encoding) => {
  for (const size of [1, 2, 3, 5, 1_000]) {
    expect(await detectEncoding(inPieces(bytes, size))).toBe(encoding);
    expect(await textOf(bytes, encoding, size)).toBe(TEXT);
    // Without being told, the mark or UTF-8 is enough.
    expect(await textOf(bytes, undefined, size)).toBe(TEXT);
  }
});

test("what is not UTF-8 is Windows-1252, with its own signs where Latin-1 has none", async () => {
  const bytes = Buffer.from([0x54, 0x68, 0xe9, 0x20, 0x80, 0x20, 0x93, 0x94, 0x8c]);
  expect(await detectEncoding(inPieces(bytes, 2))).toBe("windows-1252");
  expect(await textOf(bytes, "windows-1252")).toBe("Thé € “”Œ");
});

test("a file that is UTF-8 for a megabyte and Windows text after that is not mangled", async () => {
  const begin = file(tea({ Title: "x".repeat(250) }));
  const rows = Array.from({ length: 4_000 }, (_, n) =>
    tea({ Handle: `t${n}`, Tags: "x".repeat(240) }),
  );
  const end = Buffer.from(`${tea({ Handle: "late", Title: "Th\u00e9" })}\n`, "latin1");
  const bytes = Buffer.concat([Buffer.from(`${begin}${rows.join("\n")}\n`), end]);
  expect(bytes.length).toBeGreaterThan(1_000_000);

  const encoding = await detectEncoding(inPieces(bytes));
  expect(encoding).toBe("windows-1252");
  const { products, issues } = await read(bytes, { encoding });
  expect(products.at(-1)?.title).toBe("Thé");
  expect(brief(issues)).toContain("1 ENCODING_ASSUMED");

  // Without the first pass: everything up to the broken byte's piece, then a fault; no guess.
  const blind = await read(bytes);
  expect(blind.products.map(({ title }) => title)).not.toContain("Th\uFFFD");
  expect(only(blind.issues.filter(({ level }) => level === "error")).code).toBe("ENCODING_BROKEN");
});

test("a file that ends in the middle of a character is not taken for whole", async () => {
  await expect(textOf(Buffer.from("Thé").subarray(0, 3), "utf-8")).rejects.toThrow(EncodingBroken);
  const odd = Buffer.concat([LE_MARK, Buffer.from("Thé", "utf16le")]).subarray(0, 7);
  await expect(textOf(odd, "utf-16le")).rejects.toThrow(EncodingBroken);
  // It says with its mark that it is UTF-8, so it is not taken for Windows text.
  const marked = Buffer.concat([UTF8_MARK, Buffer.from([0x54, 0xe9])]);
  expect(await detectEncoding(inPieces(marked))).toBe("utf-8");
});

test("an empty stream is empty text", async () => {
  expect(await detectEncoding(inPieces(new Uint8Array()))).toBe("utf-8");
  expect(await textOf(new Uint8Array())).toBe("");
});

test("a failing stream fails: it is no fault of the file's", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("Handle");
    throw new Error("the disk is gone");
  }
  await expect(detectEncoding(failing())).rejects.toThrow("the disk is gone");
  await expect(read(failing())).rejects.toThrow("the disk is gone");
});

test("any text comes back in any encoding and pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "binary" }).filter((text) => !text.startsWith("\uFEFF")),
      fc.integer({ min: 1, max: 7 }),
      async (text, size) => {
        expect(await textOf(Buffer.from(text), undefined, size)).toBe(text);
        expect(await textOf(bigEndian(text), undefined, size)).toBe(text);
      },
    ),
  );
});
