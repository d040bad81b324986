import { HotAnswers } from "../../../../services/gateway/http/hot-answers.ts";

const made = (hot: HotAnswers, action: string, text = "{}") => ({
  action,
  generation: hot.generationOf(action),
  text,
  seconds: 60,
});

test("what is kept is answered until its action is stale, others stay", () => {
  const hot = new HotAnswers();
  hot.keep("fr /products/1", made(hot, "catalog.get", '{"a":1}'));
  hot.keep("fr /stores", made(hot, "inventory.stores"));
  expect(hot.get("fr /products/1")?.bytes.toString()).toBe('{"a":1}');

  hot.drop(["catalog.get:*"]);

  expect(hot.get("fr /products/1")).toBeUndefined();
  expect(hot.get("fr /stores")).toBeDefined();
});

test("an answer that was being made when it became stale is not kept", () => {
  const hot = new HotAnswers();
  const late = made(hot, "catalog.get");
  hot.drop(["catalog.get:*"]);
  hot.keep("fr /products/1", late);
  expect(hot.get("fr /products/1")).toBeUndefined();
});

test("two answers that differ have different tags", () => {
  const hot = new HotAnswers();
  hot.keep("a", made(hot, "x.y", "1"));
  hot.keep("b", made(hot, "x.y", "2"));
  expect(hot.get("a")?.etag).not.toBe(hot.get("b")?.etag);
});
