/** Quotes from stored prices, rates and coupons; the arithmetic itself is tested with the domain. */
import { v7 } from "uuid";
import type { Params } from "../../../../lib/contract.ts";
import { InvalidInput } from "../../../../lib/validator.ts";
import {
  CouponExpired,
  CouponLimitReached,
  CouponNotFound,
  CouponUsedUp,
  PriceMissing,
  QuoteFor,
  QuotePrices,
  TaxRateMissing,
} from "../../../../services/pricing/pricing.contract.ts";
import PricingService from "../../../../services/pricing/pricing.service.ts";
import { aFeed } from "../../../support/a-feed.ts";
import { aPerson, stage, type Stage } from "../../../support/stage.ts";
import { aCoupon, aVariant, hold, release } from "../company.ts";

type Wanted = Params<typeof QuotePrices>;

let harness: Stage;
beforeAll(async () => {
  harness = await stage([aFeed("catalog"), aFeed("orders"), PricingService]);
});
afterAll(() => harness.leave());

const quote = (wanted: Wanted) => harness.call(QuotePrices, wanted);
const askedByCarts = (wanted: Params<typeof QuoteFor>) => harness.call(QuoteFor, wanted);

test("lines at several rates, reduced by two coupons, add up and say why", async () => {
  const tea = await aVariant(harness, { priceMinor: 1_200, compareAtMinor: 1_500 });
  const book = await aVariant(harness, { priceMinor: 1_055, taxClass: "reduced" });
  const tenth = await aCoupon(harness);
  const three = await aCoupon(harness, { kind: "amount", amountMinor: 300, currency: "EUR" });
  const answer = await quote({
    lines: [
      { variantId: tea, quantity: 2 },
      { variantId: book, quantity: 1 },
    ],
    coupons: [three, tenth.toLowerCase()],
  });
  // 2400 + 1055 = 3455; 10 % is 346 (half up); then 300 off.
  expect(answer).toMatchObject({
    currency: "EUR",
    subtotalMinor: 3_455,
    discountMinor: 646,
    totalMinor: 2_809,
    discounts: [
      { code: tenth, amountMinor: 346 },
      { code: three, amountMinor: 300 },
    ],
    lines: [
      {
        variantId: tea,
        quantity: 2,
        unitMinor: 1_200,
        taxClass: "standard",
        taxBasisPoints: 2_000,
      },
      { variantId: book, quantity: 1, unitMinor: 1_055, taxClass: "reduced", taxBasisPoints: 550 },
    ],
  });
  const sum = (all: number[]) => all.reduce((a, b) => a + b, 0);
  expect(sum(answer.lines.map(({ totalMinor }) => totalMinor))).toBe(2_809);
  expect(sum(answer.taxes.map(({ taxMinor }) => taxMinor))).toBe(answer.taxMinor);
  expect((answer.netMinor ?? 0) + answer.taxMinor).toBe(2_809);
  const rules = answer.explain.map(({ rule, amountMinor }) => [rule, amountMinor]);
  expect(rules).toContainEqual(["list_price", 600]);
  expect(rules.at(-1)).toEqual(["total", 2_809]);
});

test("in another country its rate holds, and where there is none the quote is refused", async () => {
  const variantId = await aVariant(harness, { priceMinor: 11_900 });
  const lines = [{ variantId, quantity: 1 }];
  const german = await quote({ lines, country: "de" });
  expect(german).toMatchObject({ totalMinor: 11_900, taxMinor: 1_900, netMinor: 10_000 });
  await expect(quote({ lines, country: "ZZ" })).rejects.toMatchObject({
    type: TaxRateMissing.type,
  });
});

test("what has no price is named, all of it", async () => {
  const priced = await aVariant(harness);
  const [unknown, unpriced] = [v7(), await aVariant(harness, { priceMinor: undefined } as never)];
  const lines = [priced, unknown, unpriced].map((variantId) => ({ variantId, quantity: 1 }));
  await expect(quote({ lines })).rejects.toMatchObject({
    type: PriceMissing.type,
    code: 422,
    data: { variantIds: [unknown, unpriced], currency: "EUR", count: 2 },
  });
  await expect(quote({ lines: lines.slice(0, 1), currency: "USD" })).rejects.toMatchObject({
    type: PriceMissing.type,
  });
  await expect(quote({ lines: lines.slice(0, 1), currency: "ABC" })).rejects.toMatchObject({
    type: "UNKNOWN_CURRENCY",
  });
});

test("coupons that cannot be used are refused, each with its reason", async () => {
  const lines = [{ variantId: await aVariant(harness), quantity: 1 }];
  const single = await aCoupon(harness, { maxUses: 1 });
  const over = await aCoupon(harness, { endsAt: "2020-01-01T00:00:00.000Z" });
  await hold(harness, [single]);
  const asked = (code: string) => quote({ lines, coupons: [code] });
  await expect(asked("NOSUCH")).rejects.toMatchObject({ type: CouponNotFound.type, code: 404 });
  await expect(asked(single)).rejects.toMatchObject({ type: CouponUsedUp.type, code: 409 });
  await expect(asked(over)).rejects.toMatchObject({ type: CouponExpired.type, code: 422 });
});

test("a customer's limit is judged for whom a service names or who asks, not for whom a stranger names", async () => {
  const lines = [{ variantId: await aVariant(harness), quantity: 1 }];
  const code = await aCoupon(harness, { maxUsesPerCustomer: 1 });
  const person = aPerson();
  const orderId = v7();
  await hold(harness, [code], { customerId: person.id, orderId });
  const wanted = { lines, coupons: [code], customerId: person.id };
  const asked = { lines, coupons: [code] };

  await expect(askedByCarts(wanted)).rejects.toMatchObject({ type: CouponLimitReached.type });
  await expect(harness.call(QuotePrices, asked, person)).rejects.toMatchObject({
    type: CouponLimitReached.type,
  });
  expect((await quote(asked)).discounts).toHaveLength(1);
  expect((await harness.call(QuotePrices, asked, aPerson())).discounts).toHaveLength(1);
  expect((await askedByCarts({ ...wanted, customerId: v7() })).discounts).toHaveLength(1);

  // Neither alone nor with another's principal can a stranger say that they are somebody else.
  for (const asker of [undefined, aPerson(), person])
    await expect(harness.call(QuotePrices, wanted as Wanted, asker)).rejects.toMatchObject({
      type: InvalidInput.type,
    });

  await release(harness, orderId);
  expect((await askedByCarts(wanted)).discounts).toHaveLength(1);
});

test("a quote holds nothing", async () => {
  const lines = [{ variantId: await aVariant(harness), quantity: 1 }];
  const code = await aCoupon(harness, { maxUses: 1 });
  await quote({ lines, coupons: [code] });
  await quote({ lines, coupons: [code] });
  expect(await hold(harness, [code])).toEqual({ outcome: "held" });
});
