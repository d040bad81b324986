import { settling } from "../../../../services/inventory/domain/settle.ts";

test.each([
  ["commit", "held", { does: "end", state: "committed" }],
  ["commit", "committed", { does: "nothing" }],
  ["commit", "restocked", { does: "nothing" }],
  ["release", "held", { does: "end", state: "released" }],
  ["release", "released", { does: "nothing" }],
  ["release", "tombstone", { does: "nothing" }],
  ["release", "restocked", { does: "nothing" }],
  ["release", undefined, { does: "bury" }],
] as const)("a %s of what is %s", (kind, state, effect) => {
  expect(settling(kind, "order", state)).toEqual(effect);
});

test.each([
  ["commit", undefined, "STOCK_NOT_HELD"],
  ["commit", "released", "STOCK_NOT_HELD"],
  ["commit", "tombstone", "STOCK_NOT_HELD"],
  ["release", "committed", "STOCK_GONE"],
] as const)("a %s of what is %s is refused", (kind, state, type) => {
  expect(settling(kind, "order", state)).toMatchObject({ type });
});
