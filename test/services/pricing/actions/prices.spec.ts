/** Prices as merchants set them and anybody sees them, and their history. */
import { v7 } from "uuid";
import type { Params } from "../../../../lib/contract.ts";
import {
  ListPrices,
  PriceChanged,
  PriceInvalid,
  QuotePrices,
  SetPrices,
  ShowPriceHistory,
} from "../../../../services/pricing/pricing.contract.ts";
import { aPerson, type Stage } from "../../../support/stage.ts";
import { aVariant, pricingOnStage } from "../company.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await pricingOnStage();
});
afterAll(() => harness.leave());

const editor = aPerson("editor");
type Price = Params<typeof SetPrices>["prices"][number];
const set = (variantId: string, ...prices: Partial<Price>[]) =>
  harness.call(
    SetPrices,
    { prices: prices.map((price) => ({ variantId, currency: "EUR", ...price })) },
    editor,
  );
const unitOf = async (variantId: string, quantity = 1) =>
  (await harness.call(QuotePrices, { lines: [{ variantId, quantity }] })).lines[0]?.unitMinor;
const historyOf = (variantId: string) => harness.call(ShowPriceHistory, { variantId });
const toldOf = async (variantId: string) =>
  (await harness.published("pricing", PriceChanged)).filter((it) => it.variantId === variantId);
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

test("a price is set as a decimal or in the smallest unit, and shown as both", async () => {
  const [tea, pot, yen] = [v7(), v7(), v7()];
  const prices: Price[] = [
    { variantId: tea, currency: "EUR", price: 899.99 },
    { variantId: pot, currency: "EUR", priceMinor: 1_250, compareAtMinor: 1_500 },
    { variantId: yen, currency: "JPY", price: "1250" },
  ];
  await harness.call(SetPrices, { prices }, editor);
  const visible = await harness.call(ListPrices, { variantIds: [tea, pot, yen, v7()] });
  expect(visible.prices).toEqual([
    { variantId: tea, currency: "EUR", minQuantity: 1, price: 899.99, priceMinor: 89_999 },
    {
      variantId: pot,
      currency: "EUR",
      minQuantity: 1,
      price: 12.5,
      priceMinor: 1_250,
      compareAtMinor: 1_500,
    },
    { variantId: yen, currency: "JPY", minQuantity: 1, price: 1_250, priceMinor: 1_250 },
  ]);
  expect(await harness.call(ListPrices, { variantIds: [tea], currency: "JPY" })).toEqual({
    prices: [],
  });
});

test("only who may edit prices sets them", async () => {
  const prices = [{ variantId: v7(), currency: "EUR", priceMinor: 100 }];
  for (const role of ["user", "cashier", "store_manager", "moderator"])
    await expect(harness.call(SetPrices, { prices }, aPerson(role))).rejects.toMatchObject({
      type: "NOT_ALLOWED",
    });
  await expect(harness.call(SetPrices, { prices })).rejects.toMatchObject({
    type: "NOT_SIGNED_IN",
  });
});

test.each<[string, Partial<Price>[]]>([
  ["neither price nor priceMinor", [{}]],
  ["both", [{ price: 1, priceMinor: 100 }]],
  ["an end before the beginning", [{ priceMinor: 1, validFrom: inMs(9e6), validTo: inMs(0) }]],
  ["the same price twice", [{ priceMinor: 1 }, { priceMinor: 2 }]],
])("a list with %s is refused, and none of it is set", async (_, wrong) => {
  const [good, bad] = [v7(), v7()];
  const prices = [
    { variantId: good, currency: "EUR", priceMinor: 100 },
    ...wrong.map((price) => ({ variantId: bad, currency: "EUR", ...price })),
  ];
  await expect(harness.call(SetPrices, { prices }, editor)).rejects.toMatchObject({
    type: PriceInvalid.type,
    data: { index: prices.length },
  });
  expect((await harness.call(ListPrices, { variantIds: [good, bad] })).prices).toEqual([]);
});

test("money that does not exist is refused", async () => {
  await expect(set(v7(), { currency: "ABC", priceMinor: 1 })).rejects.toMatchObject({
    type: "UNKNOWN_CURRENCY",
  });
  await expect(set(v7(), { price: "1.005" })).rejects.toMatchObject({ type: "AMOUNT_TOO_PRECISE" });
});

test("more pieces cost less a piece, and only the price of one piece is told", async () => {
  const variantId = v7();
  await set(variantId, { priceMinor: 100 }, { priceMinor: 80, minQuantity: 10 });
  expect([await unitOf(variantId, 9), await unitOf(variantId, 10)]).toEqual([100, 80]);
  expect(await toldOf(variantId)).toEqual([{ variantId, currency: "EUR", priceMinor: 100 }]);
});

test("what does not change beside what does is neither told nor remembered again", async () => {
  const variantId = v7();
  await set(variantId, { priceMinor: 100 }, { priceMinor: 80, minQuantity: 10 });
  await set(variantId, { priceMinor: 70, minQuantity: 10 });
  await set(variantId, { currency: "USD", priceMinor: 110 });
  expect((await historyOf(variantId)).changes).toHaveLength(1);
  expect((await toldOf(variantId)).map(({ currency }) => currency)).toEqual(["EUR", "USD"]);
});

test("a price that is set again as it is changes nothing", async () => {
  const variantId = v7();
  await set(variantId, { priceMinor: 100 });
  await set(variantId, { priceMinor: 100 });
  expect((await historyOf(variantId)).changes).toHaveLength(1);
  expect(await toldOf(variantId)).toHaveLength(1);
});

test("of many who set a price at once, the last one in the history is the one that holds", async () => {
  const variantId = await aVariant(harness, { priceMinor: 1 });
  await Promise.all(Array.from({ length: 20 }, (_, n) => set(variantId, { priceMinor: 100 + n })));
  const { priceMinor, changes } = await historyOf(variantId);
  expect(changes).toHaveLength(21);
  expect(await unitOf(variantId)).toBe(priceMinor);
  const published = (await toldOf(variantId)).map((it) => it.priceMinor);
  expect(published).toEqual(changes.map((change) => change.priceMinor).toReversed());
});
