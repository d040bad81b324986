import { inMessages } from "../../middlewares/cache-invalidation.middleware.ts";

test("many tags are told in messages of bounded size, each once and in order", () => {
  const tags = Array.from({ length: 10_000 }, (_, n) => `product:é-${n}-${"x".repeat(30)}`);
  const parts = inMessages(tags);
  expect(parts.flat()).toEqual(tags);
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts)
    expect(Buffer.byteLength(JSON.stringify({ tags: part }))).toBeLessThan(100_100);
  expect(inMessages([])).toEqual([]);
  expect(inMessages(["one"])).toEqual([["one"]]);
});
