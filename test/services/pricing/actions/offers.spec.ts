/** Coupons as merchants make, change and end them; tax rates as they set them. */
import type { Params } from "../../../../lib/contract.ts";
import {
  ChangeCoupon,
  CouponExists,
  CouponInvalid,
  CouponLimitTooLow,
  CouponNotFound,
  CreateCoupon,
  EndCoupon,
  GetCoupon,
  ListCoupons,
  ListTaxRates,
  PutCoupon,
  QuotePrices,
  SetTaxRates,
  TaxRateInvalid,
} from "../../../../services/pricing/pricing.contract.ts";
import { aPerson, type Stage } from "../../../support/stage.ts";
import { aCoupon, aVariant, hold, pricingOnStage } from "../company.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await pricingOnStage();
});
afterAll(() => harness.leave());

const editor = aPerson("editor");
type Terms = Params<typeof CreateCoupon>;
const tenOff = (code: string): Terms => ({ code, kind: "percent", percentBasisPoints: 1_000 });
const create = (terms: Terms, key?: string) =>
  harness.call(CreateCoupon, terms, editor, key === undefined ? {} : { key });
const refusal = (type: string) => expect.objectContaining({ type });

test("a coupon is made, found however its code is written, and listed", async () => {
  const made = await create({
    code: " spring-10 ",
    kind: "amount",
    amountMinor: 1_000,
    currency: "EUR",
    minimumMinor: 5_000,
    maxUses: 100,
    maxUsesPerCustomer: 1,
    label: { fr: "10 € offerts", en: "€10 off" },
    endsAt: "2999-01-01T00:00:00.000Z",
  });
  expect(made).toMatchObject({
    code: "SPRING-10",
    used: 0,
    exclusive: false,
    maxUses: 100,
    label: { fr: "10 € offerts", en: "€10 off" },
  });
  expect(await harness.call(GetCoupon, { code: "Spring-10" }, editor)).toEqual(made);
  expect((await harness.call(ListCoupons, {}, editor)).items).toContainEqual(made);
});

test("a code is given once; the same key is answered the same", async () => {
  const made = await create(tenOff("ONCE"), "key-1");
  expect(await create(tenOff("ONCE"), "key-1")).toEqual(made);
  await expect(create(tenOff("once"))).rejects.toEqual(refusal(CouponExists.type));
  await expect(create(tenOff("OTHER"), "key-1")).rejects.toEqual(refusal("IDEMPOTENCY_KEY_REUSED"));
  const answers = await Promise.allSettled(
    Array.from({ length: 10 }, () => create(tenOff("RACE"))),
  );
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test.each<[string, Partial<Terms>]>([
  ["percentBasisPoints", { kind: "percent" }],
  [
    "percentBasisPoints",
    { kind: "amount", amountMinor: 1, currency: "EUR", percentBasisPoints: 5 },
  ],
  ["amountMinor", { kind: "amount", currency: "EUR" }],
  ["currency", { kind: "amount", amountMinor: 5 }],
  ["currency", { kind: "percent", percentBasisPoints: 5, minimumMinor: 5 }],
  [
    "endsAt",
    {
      kind: "percent",
      percentBasisPoints: 5,
      startsAt: "2026-01-02T00:00:00.000Z",
      endsAt: "2026-01-02T00:00:00.000Z",
    },
  ],
])("terms that make no sense are refused for their %s", async (field, terms) => {
  await expect(create({ code: "WRONG", kind: "percent", ...terms })).rejects.toMatchObject({
    type: CouponInvalid.type,
    data: { code: "WRONG", field },
  });
});

test("limits are changed and taken away, but not below what is used", async () => {
  const code = await aCoupon(harness, { maxUses: 5, maxUsesPerCustomer: 1 });
  await Promise.all([hold(harness, [code]), hold(harness, [code])]);
  const change = (changes: Omit<Params<typeof ChangeCoupon>, "code">) =>
    harness.call(ChangeCoupon, { code, ...changes }, editor);
  await expect(change({ maxUses: 1 })).rejects.toMatchObject({
    type: CouponLimitTooLow.type,
    data: { used: 2 },
  });
  expect(await change({ maxUses: 2, maxUsesPerCustomer: null })).not.toHaveProperty(
    "maxUsesPerCustomer",
  );
  expect(await hold(harness, [code])).toMatchObject({ reason: "COUPON_USED_UP" });
  expect(await change({ maxUses: null, exclusive: true })).toMatchObject({ exclusive: true });
  expect(await hold(harness, [code])).toEqual({ outcome: "held" });
  expect(await harness.call(GetCoupon, { code }, editor)).toMatchObject({
    used: 3,
    exclusive: true,
  });
});

test("an ended coupon can neither be quoted nor held, and stays ended since the first time", async () => {
  const code = await aCoupon(harness);
  const { endedAt } = await harness.call(EndCoupon, { code }, editor);
  expect(endedAt).toEqual(expect.any(String));
  expect(await harness.call(EndCoupon, { code }, editor)).toMatchObject({ endedAt });
  expect(await hold(harness, [code])).toMatchObject({ reason: "COUPON_EXPIRED" });
  const lines = [{ variantId: await aVariant(harness), quantity: 1 }];
  await expect(harness.call(QuotePrices, { lines, coupons: [code] })).rejects.toEqual(
    refusal("COUPON_EXPIRED"),
  );
  const live = (await harness.call(ListCoupons, { active: true, limit: 100 }, editor)).items;
  expect(live.map((it) => it.code)).not.toContain(code);
  const over = (await harness.call(ListCoupons, { active: false, limit: 100 }, editor)).items;
  expect(over.map((it) => it.code)).toContain(code);
});

test("pages of coupons follow one another without gap or repetition", async () => {
  for (const code of ["PAGE-1", "PAGE-2", "PAGE-3"]) await create(tenOff(code));
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await harness.call(ListCoupons, { limit: 2, ...(after && { after }) }, editor);
    seen.push(...page.items.map(({ code }) => code));
    after = page.next;
  } while (after !== undefined);
  const { sql } = harness.db("pricing");
  const all = await sql.rows<{ code: string }>("select code from coupon order by code");
  expect(seen).toEqual(all.map(({ code }) => code));
});

test("what there is not is not found, and only who may edit coupons sees any", async () => {
  const asked = { code: "NOSUCH" };
  for (const contract of [GetCoupon, EndCoupon, ChangeCoupon])
    await expect(harness.call(contract, asked, editor)).rejects.toEqual(
      refusal(CouponNotFound.type),
    );
  for (const contract of [GetCoupon, EndCoupon, ChangeCoupon])
    await expect(harness.call(contract, asked, aPerson("store_manager"))).rejects.toEqual(
      refusal("NOT_ALLOWED"),
    );
  await expect(harness.call(ListCoupons, {}, aPerson())).rejects.toEqual(refusal("NOT_ALLOWED"));
  await expect(harness.call(CreateCoupon, tenOff("NO"), aPerson())).rejects.toEqual(
    refusal("NOT_ALLOWED"),
  );
});

test("a coupon that the seed puts is left as the merchant made it since", async () => {
  const terms = { ...tenOff("SEEDED"), maxUses: 10 };
  expect(await harness.call(PutCoupon, terms)).toEqual({ outcome: "created" });
  await harness.call(ChangeCoupon, { code: "SEEDED", maxUses: 20 }, editor);
  expect(await harness.call(PutCoupon, terms)).toEqual({ outcome: "there" });
  expect(await harness.call(GetCoupon, { code: "SEEDED" }, editor)).toMatchObject({ maxUses: 20 });
});

test("the rates of France are there from the first day", async () => {
  const { taxRates } = await harness.call(ListTaxRates, { country: "FR" });
  expect(Object.fromEntries(taxRates.map((it) => [it.taxClass, it.basisPoints]))).toEqual({
    standard: 2_000,
    intermediate: 1_000,
    reduced: 550,
    super_reduced: 210,
    zero: 0,
  });
});

test("a new rate is quoted at once, an announced one is only shown", async () => {
  const lines = [{ variantId: await aVariant(harness, { priceMinor: 10_000 }), quantity: 1 }];
  const taxed = async () => (await harness.call(QuotePrices, { lines, country: "LU" })).taxMinor;
  expect(await taxed()).toBe(1_453);
  const later = { country: "LU", taxClass: "standard", validFrom: "2999-01-01T00:00:00.000Z" };
  const rates = [
    { country: "LU", taxClass: "standard", basisPoints: 2_500 },
    { ...later, basisPoints: 3_000 },
  ];
  const set = () => harness.call(SetTaxRates, { taxRates: rates }, editor);
  const { taxRates } = await set();
  expect(taxRates.map(({ basisPoints }) => basisPoints)).toEqual([2_500, 3_000]);
  expect(await taxed()).toBe(2_000);
  expect((await set()).taxRates).toEqual(taxRates);
});

test("a rate that is there twice is refused, and so is who may not set any", async () => {
  const rate = { country: "FR", taxClass: "standard", basisPoints: 1 };
  await expect(harness.call(SetTaxRates, { taxRates: [rate, rate] }, editor)).rejects.toMatchObject(
    {
      type: TaxRateInvalid.type,
      data: { index: 2 },
    },
  );
  await expect(harness.call(SetTaxRates, { taxRates: [rate] }, aPerson())).rejects.toEqual(
    refusal("NOT_ALLOWED"),
  );
});
