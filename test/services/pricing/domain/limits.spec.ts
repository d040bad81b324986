/** How often coupons may be used, what terms they may have, and rates over time. */
import { fromNowOn, ratesToPut } from "../../../../services/pricing/domain/rates.ts";
import { changed, assertTerms } from "../../../../services/pricing/domain/terms.ts";
import { firstFree, checkUses, refusalOf } from "../../../../services/pricing/domain/uses.ts";

const AT = "2026-03-01T00:00:00.000Z";
const [BEFORE, AFTER] = ["2026-02-28T23:59:59.999Z", "2026-03-01T00:00:00.001Z"];
const coupon = { code: "TEN", kind: "percent", percentBasisPoints: 1_000 } as const;

function failureTypeOf(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { type?: string }).type;
  }
}

test.each([
  [{ used: 0, usedByCustomer: 0 }, undefined],
  [{ used: 4, maxUses: 5, usedByCustomer: 0 }, undefined],
  [{ used: 5, maxUses: 5, usedByCustomer: 0 }, "COUPON_USED_UP"],
  [{ used: 6, maxUses: 5, usedByCustomer: 0 }, "COUPON_USED_UP"],
  [{ used: 1, usedByCustomer: 1, maxUsesPerCustomer: 2 }, undefined],
  [{ used: 2, usedByCustomer: 2, maxUsesPerCustomer: 2 }, "COUPON_LIMIT_REACHED"],
])("after %j one more use is refused with %s", (uses, type) => {
  expect(refusalOf({ coupon, ...uses }, AT)).toBe(type);
  expect(failureTypeOf(() => checkUses(coupon, uses))).toBe(type);
});

test.each([
  [{ startsAt: AT }, undefined],
  [{ startsAt: AFTER }, "COUPON_NOT_STARTED"],
  [{ endsAt: AFTER }, undefined],
  [{ endsAt: AT }, "COUPON_EXPIRED"],
  [{ endsAt: BEFORE }, "COUPON_EXPIRED"],
])("with %j an order's hold is refused with %s", (moments, type) => {
  const found = { coupon: { ...coupon, ...moments }, used: 0, usedByCustomer: 0 };
  expect(refusalOf(found, AT)).toBe(type);
});

test("the first free number fills the gaps", () => {
  expect([[], [1], [2, 1], [3, 1], [2]].map(firstFree)).toEqual([1, 2, 3, 2, 1]);
});

test("a code that is too long in its normal form is refused", () => {
  const long = (code: string) => () => assertTerms({ ...coupon, code });
  expect(long("A".repeat(40))).not.toThrow();
  for (const code of ["A".repeat(41), ""])
    expect(long(code)).toThrow(expect.objectContaining({ type: "COUPON_INVALID" }) as Error);
});

test("null takes a limit away, what is not named stays", () => {
  const before = {
    ...coupon,
    maxUses: 5,
    minimumMinor: 0,
    exclusive: false,
    used: 0,
    createdAt: AT,
  };
  const { maxUses: _, ...unlimited } = before;
  expect(changed(before, { maxUses: null, exclusive: true })).toEqual({
    ...unlimited,
    exclusive: true,
  });
});

const rate = (basisPoints: number, validFrom: string, country = "FR") => ({
  country,
  taxClass: "standard",
  basisPoints,
  validFrom,
});

test("of each class the rate that began last is shown, and those to come", () => {
  const rates = [rate(1_960, BEFORE), rate(2_100, BEFORE, "BE"), rate(2_000, AT), rate(9, AFTER)];
  expect(fromNowOn(rates, AT).map(({ basisPoints }) => basisPoints)).toEqual([2_000, 9, 2_100]);
});

test("a rate that holds already is not written again, unless for a moment of its own", () => {
  const { validFrom: _, ...same } = rate(2_000, AT);
  const held = [rate(2_000, BEFORE), rate(9, AFTER)];
  expect(ratesToPut([same], held, AT)).toEqual([]);
  expect(ratesToPut([{ ...same, basisPoints: 9 }], held, AT)).toEqual([rate(9, AT)]);
  expect(ratesToPut([rate(2_000, AFTER)], held, AT)).toEqual([rate(2_000, AFTER)]);
});
