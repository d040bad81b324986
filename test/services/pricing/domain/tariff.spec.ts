import {
  reducedSince,
  RETAIL,
  effectiveAt,
  type Tariff,
  tierKey,
} from "../../../../services/pricing/domain/tariff.ts";

const [JAN, FEB, MAR, APR] = ["01", "02", "03", "04"].map(
  (month) => `2026-${month}-01T00:00:00.000Z`,
) as [string, string, string, string];
const aTariff = (tariff: Partial<Tariff>): Tariff => ({
  variantId: "v1",
  currency: "EUR",
  minQuantity: 1,
  priceMinor: 1_000,
  list: RETAIL,
  ...tariff,
});
const tier = (tariffs: Tariff[], at: string, key = tierKey(aTariff({}))) =>
  effectiveAt(tariffs, at).get(key);

test("the standing price holds until the temporary one begins, and again after its end", () => {
  const sale = aTariff({ priceMinor: 700, validFrom: FEB, validTo: MAR });
  const all = [aTariff({}), sale];
  expect(tier(all, JAN)).toMatchObject({ tariff: { priceMinor: 1_000 }, changesAt: FEB });
  expect(tier(all, FEB)).toMatchObject({ tariff: { priceMinor: 700 }, changesAt: MAR });
  expect(tier(all, MAR)).toMatchObject({ tariff: { priceMinor: 1_000 } });
  expect(tier(all, MAR)).not.toHaveProperty("changesAt");
});

test("a tier without a price yet says when it will have one", () => {
  const standing = tier([aTariff({ validFrom: FEB })], JAN);
  expect(standing).toEqual({
    variantId: "v1",
    currency: "EUR",
    minQuantity: 1,
    changesAt: FEB,
  });
});

test("tiers, currencies and variants stand each for itself", () => {
  const ten = aTariff({ minQuantity: 10, priceMinor: 2_000 });
  const dollars = aTariff({ currency: "USD", priceMinor: 3_000 });
  const other = aTariff({ variantId: "v2", priceMinor: 4_000 });
  const all = [aTariff({}), ten, dollars, other];
  const prices = all.map((one) => tier(all, JAN, tierKey(one))?.tariff?.priceMinor);
  expect(prices).toEqual([1_000, 2_000, 3_000, 4_000]);
});

const change = (at: string, priceMinor: number, compareAtMinor?: number) => ({
  at,
  priceMinor,
  ...(compareAtMinor !== undefined && { compareAtMinor }),
});

test.each([
  ["nothing ever changed", [], undefined],
  ["it became cheaper without saying so", [change(JAN, 9), change(FEB, 8)], undefined],
  ["a reduction was announced", [change(JAN, 9), change(FEB, 8, 9)], FEB],
  ["it grew step by step", [change(JAN, 9), change(FEB, 8, 9), change(MAR, 7, 9)], FEB],
  ["it rose between two", [change(JAN, 7, 9), change(FEB, 8, 9), change(MAR, 7, 9)], FEB],
  ["it is over", [change(JAN, 9), change(FEB, 8, 9), change(MAR, 9)], undefined],
  ["another one began", [change(JAN, 8, 9), change(FEB, 9), change(APR, 8, 9)], APR],
])("the reduction that holds began when … %s", (_, changes, since) => {
  expect(reducedSince(changes)).toBe(since);
});
