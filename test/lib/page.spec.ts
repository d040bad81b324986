import fc from "fast-check";
import { cursorOf, keyOf, pageOf } from "../../lib/page.ts";

test("a cursor gives back the key it was made of", () => {
  const text = fc.string({ maxLength: 80 }).filter((it) => !it.includes("\0"));
  fc.assert(
    fc.property(text, fc.integer(), fc.uuid(), (word, number, id) => {
      expect(keyOf(cursorOf([word, number, id]), "text", "integer", "uuid")).toEqual([
        word,
        number,
        id,
      ]);
    }),
  );
});

test.each([
  ["%%%"],
  ["e30"],
  [cursorOf(["a"])],
  [Buffer.from('[{"a":1},2]').toString("base64url")],
  [cursorOf(["\0", 1])],
  [cursorOf([1, "a"])],
  [cursorOf(["a", 1.5])],
])("what is no cursor of ours is refused: %s", (cursor) => {
  expect(() => keyOf(cursor, "text", "integer")).toThrow(
    expect.objectContaining({ type: "CURSOR_INVALID", code: 400 }),
  );
});

test.each(["2026-02-30T00:00:00.000Z", "0000-01-01T00:00:00.000Z", "2026-1-1 (x)", "2026-01-01"])(
  "a cursor with the moment %s, which Postgres would fall over, is refused",
  (at) => {
    expect(() => keyOf(cursorOf([at]), "instant")).toThrow(
      expect.objectContaining({ type: "CURSOR_INVALID" }),
    );
  },
);

test("whatever text comes as a cursor, it is a key or a refusal", () => {
  fc.assert(
    fc.property(fc.string(), (cursor) => {
      let published: string | undefined;
      try {
        keyOf(cursor, "text", "integer");
      } catch (error) {
        published = (error as { type: string }).type;
      }
      expect(["CURSOR_INVALID", undefined]).toContain(published);
    }),
  );
});

test("a page says where the next one begins only when there is one", () => {
  const rows = [1, 2, 3].map((n) => ({ n }));
  const how = { key: ({ n }: { n: number }) => [n], item: ({ n }: { n: number }) => n };
  expect(pageOf(rows, 2, how)).toEqual({ items: [1, 2], next: cursorOf([2]) });
  expect(pageOf(rows, 3, how)).toEqual({ items: [1, 2, 3] });
  expect(pageOf([], 3, how)).toEqual({ items: [] });
});
