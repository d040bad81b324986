/** How far a permission reaches. */
import { canAccess, canAccessAsStaff, visibleStores } from "../../lib/scope.ts";

test.each([
  ["own", "me", [], true, false],
  ["own", "else", ["s1"], false, false],
  ["store", "else", ["s1"], true, true],
  ["store", "me", ["s2"], true, false],
  ["store", "else", ["s2"], false, false],
  ["any", "else", [], true, true],
] as const)("scope %s, a thing of %s, working in %j", (scope, ownerId, stores, anyway, asStaff) => {
  const caller = { id: "me", scope, stores };
  expect(canAccess(caller, { ownerId, storeIds: ["s1"] })).toBe(anyway);
  expect(canAccessAsStaff(caller, { ownerId, storeIds: ["s1"] })).toBe(asStaff);
});

test("what belongs to no store is only for the scope any", () => {
  const caller = { id: "me", scope: "store", stores: ["s1"] } as const;
  for (const storeIds of [undefined, [], [null], [undefined]]) {
    const ownership = { ownerId: "else", ...(storeIds && { storeIds }) };
    expect(canAccess(caller, ownership)).toBe(false);
    expect(canAccess({ ...caller, scope: "any" }, ownership)).toBe(true);
  }
});

test("nobody owns what has no owner, not even a caller without an id", () => {
  const nobody = { id: undefined as never, scope: "own", stores: [] } as const;
  expect(canAccess({ id: "", scope: "own", stores: [] }, { ownerId: null })).toBe(false);
  expect(canAccess(nobody, { ownerId: "else" })).toBe(false);
});

test("a transfer is visible to both stores", () => {
  const caller = { id: "me", scope: "store", stores: ["s2"] } as const;
  expect(canAccess(caller, { storeIds: ["s1", "s2"] })).toBe(true);
  expect(canAccess(caller, { storeIds: ["s1", "s3"] })).toBe(false);
});

test("lists are limited to the caller's stores, to none, or not at all", () => {
  expect(visibleStores({ scope: "store", stores: ["s1"] })).toEqual(["s1"]);
  expect(visibleStores({ scope: "own", stores: ["s1"] })).toEqual([]);
  expect(visibleStores({ scope: "any", stores: ["s1"] })).toBeUndefined();
});
