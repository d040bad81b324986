/** Kept bytes: until one of their tags is invalidated, and never what became stale while it was made. */
import { Representation } from "../../edge/representation.ts";
import { ResponseCache } from "../../edge/response-cache.ts";
import { command } from "../../lib/contract.ts";
import { Invalidations } from "../../lib/invalidations.ts";
import { object } from "../../lib/shape.ts";

const contract = command("teas.get", {
  summary: "",
  allow: "public",
  params: {},
  returns: object({}),
  cache: { keys: [], seconds: 60, shared: true },
});
const aCache = (isAlone = true) => {
  const invalidations = new Invalidations();
  const cache = new ResponseCache(invalidations, { isAlone });
  const keep = (key: string, tags: string[], stamp = cache.stamp()) =>
    cache.keep({ key, stamp, tags, contract }, new Representation(`"${key}"`));
  return { invalidations, cache, keep };
};

test("what is kept is answered until one of its tags is invalidated; others stay", () => {
  const { invalidations, cache, keep } = aCache();
  keep("a list", ["products", "product:1", "product:2"]);
  keep("page 1", ["product:1"]);
  keep("page 2", ["product:2"]);
  keep("untagged", []);
  invalidations.add(["product:1"]);
  expect(cache.get("page 2")?.representation.encodedFor("").bytes.toString()).toBe('"page 2"');
  const retained = ["a list", "page 1", "page 2", "untagged"].filter((key) => cache.get(key));
  expect(retained).toEqual(["page 2", "untagged"]);
  keep("page 1", ["product:1"]);
  expect(cache.get("page 1")).toBeDefined();
});

test("an answer that was being made when it became stale is not kept", () => {
  const { invalidations, cache, keep } = aCache();
  const stamp = cache.stamp();
  invalidations.add(["product:1"]);
  keep("page 1", ["product:1"], stamp);
  keep("page 2", ["product:2"], stamp);
  expect(cache.get("page 1")).toBeUndefined();
  expect(cache.get("page 2")).toBeDefined();
});

test("a node may answer what it has not yet heard to be stale: for a while it is not kept elsewhere", () => {
  const { invalidations, cache, keep } = aCache(false);
  invalidations.add(["product:1"]);
  keep("page 1", ["product:1"]);
  keep("page 2", ["product:2"], { ...cache.stamp(), at: Date.now() + 2_000 });
  keep("page 1, later", ["product:1"], { ...cache.stamp(), at: Date.now() + 2_000 });
  expect(["page 1", "page 2", "page 1, later"].filter((key) => cache.get(key))).toEqual([
    "page 2",
    "page 1, later",
  ]);
});

test("when broadcasts may have been missed, nothing tagged is answered", () => {
  const { invalidations, cache, keep } = aCache();
  keep("page 1", ["product:1"]);
  keep("untagged", []);
  invalidations.addAll();
  expect(cache.get("page 1")).toBeUndefined();
  expect(cache.get("untagged")).toBeDefined();
});

test("what another node made is judged by clocks, with a margin", () => {
  const mine = new Invalidations();
  const theirs = new Invalidations();
  const long = Date.now() + 10_000;
  mine.add(["product:1"]);
  expect(mine.isValid({ ...theirs.stamp(), at: long }, ["product:1"])).toBe(true);
  expect(mine.isValid(theirs.stamp(), ["product:1"])).toBe(false);
  // What was made before this node came may have become stale before it could hear of it.
  expect(mine.isValid(theirs.stamp(), ["product:2"])).toBe(false);
});

test("what is forgotten for want of room is distrusted", () => {
  const { invalidations, cache, keep } = aCache();
  keep("page 1", ["product:1"]);
  invalidations.add(["product:1"]);
  invalidations.add(Array.from({ length: 60_000 }, (_, i) => `other:${i}`));
  expect(cache.get("page 1")).toBeUndefined();
  keep("page 1", ["product:1"]);
  expect(cache.get("page 1")).toBeDefined();
});
