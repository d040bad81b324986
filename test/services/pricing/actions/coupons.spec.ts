/** Holding coupons for orders: never more than there are, whoever asks at once and however often. */
import { v7 } from "uuid";
import {
  CouponLimitReached,
  CouponNotFound,
  CouponUsedUp,
} from "../../../../services/pricing/pricing.contract.ts";
import type { Stage } from "../../../support/stage.ts";
import {
  aCoupon,
  received,
  hold,
  miscounted,
  paid,
  pricingOnStage,
  release,
  usedOf,
  useStates,
} from "../company.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await pricingOnStage();
});
afterAll(() => harness.leave());
afterEach(async () => expect(await miscounted(harness)).toEqual([]));

test("of 200 orders that want a coupon for one, exactly one gets it", async () => {
  const code = await aCoupon(harness, { maxUses: 1 });
  const answers = await Promise.all(Array.from({ length: 200 }, () => hold(harness, [code])));
  expect(answers.filter(({ outcome }) => outcome === "held")).toHaveLength(1);
  const refused = answers.filter(({ outcome }) => outcome === "refused");
  expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set([CouponUsedUp.type]));
  expect(await usedOf(harness, code)).toBe(1);
}, 30_000);

test("one customer's orders at once get as many as one customer may have", async () => {
  const code = await aCoupon(harness, { maxUsesPerCustomer: 2 });
  const customerId = v7();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => hold(harness, [code], { customerId })),
  );
  expect(answers.filter(({ outcome }) => outcome === "held")).toHaveLength(2);
  expect(answers.find(({ outcome }) => outcome === "refused")).toEqual({
    outcome: "refused",
    reason: CouponLimitReached.type,
    code,
  });
  expect(await hold(harness, [code])).toEqual({ outcome: "held" });
});

test("a released use may be used again by the same customer", async () => {
  const code = await aCoupon(harness, { maxUsesPerCustomer: 1, maxUses: 1 });
  const [customerId, orderId] = [v7(), v7()];
  await hold(harness, [code], { customerId, orderId });
  await release(harness, orderId);
  expect(await hold(harness, [code], { customerId })).toEqual({ outcome: "held" });
});

test("all codes are held or none", async () => {
  const [good, single] = [await aCoupon(harness), await aCoupon(harness, { maxUses: 1 })];
  await hold(harness, [single]);
  const orderId = v7();
  expect(await hold(harness, [good, single], { orderId })).toEqual({
    outcome: "refused",
    reason: CouponUsedUp.type,
    code: single,
  });
  expect(await useStates(harness, orderId)).toEqual([]);
  expect(await usedOf(harness, good)).toBe(0);
});

test("orders that want the same coupons in opposite orders do not wait for each other in a circle", async () => {
  const [a, b] = [await aCoupon(harness), await aCoupon(harness)];
  const orders = Array.from({ length: 40 }, () => v7());
  await Promise.all(
    orders.map((orderId, n) => hold(harness, n % 2 ? [a, b] : [b, a], { orderId })),
  );
  await Promise.all(orders.slice(0, 10).map((orderId) => release(harness, orderId)));
  expect([await usedOf(harness, a), await usedOf(harness, b)]).toEqual([30, 30]);
});

test("an unknown, an ended and a future coupon are refused by name", async () => {
  const past = await aCoupon(harness, { endsAt: "2020-01-01T00:00:00.000Z" });
  const future = await aCoupon(harness, { startsAt: "2999-01-01T00:00:00.000Z" });
  expect(await hold(harness, ["NOSUCH"])).toMatchObject({ reason: CouponNotFound.type });
  expect(await hold(harness, [past])).toMatchObject({ reason: "COUPON_EXPIRED", code: past });
  expect(await hold(harness, [future])).toMatchObject({ reason: "COUPON_NOT_STARTED" });
});

test("a code counts once, however it is written and however often it is named", async () => {
  const code = await aCoupon(harness, { maxUses: 1 });
  expect(await hold(harness, [code, ` ${code.toLowerCase()}`])).toEqual({ outcome: "held" });
  expect(await usedOf(harness, code)).toBe(1);
});

test("the same command is answered the same, at once and later, and counts once", async () => {
  const code = await aCoupon(harness, { maxUses: 1 });
  const command = { commandId: v7(), orderId: v7(), customerId: v7() };
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => hold(harness, [code], command)),
  );
  expect(answers).toEqual(answers.map(() => ({ outcome: "held" })));
  expect(await usedOf(harness, code)).toBe(1);

  const loser = { commandId: v7(), orderId: v7(), customerId: v7() };
  const refused = await hold(harness, [code], loser);
  await release(harness, command.orderId);
  expect(await hold(harness, [code], loser)).toEqual(refused);
  expect(await hold(harness, [code], command)).toEqual({ outcome: "held" });
  expect(await usedOf(harness, code)).toBe(0);
});

test("another command for an order that holds the coupon holds nothing more", async () => {
  const code = await aCoupon(harness, { maxUses: 1 });
  const order = { orderId: v7(), customerId: v7() };
  await hold(harness, [code], order);
  expect(await hold(harness, [code], order)).toEqual({ outcome: "held" });
});

test("the database itself refuses a use too many", async () => {
  const code = await aCoupon(harness, { maxUses: 1 });
  await hold(harness, [code]);
  const { sql } = harness.db("pricing");
  await expect(sql.run("update coupon set used = 2 where code = $1", [code])).rejects.toThrow(
    /coupon_not_overused/,
  );
});

test("after a random run every count is that of its rows, and every order's coupons follow it", async () => {
  const all = [
    await aCoupon(harness, { maxUses: 7 }),
    await aCoupon(harness, { maxUsesPerCustomer: 2 }),
    await aCoupon(harness, { maxUses: 40, maxUsesPerCustomer: 3 }),
  ];
  const customers = Array.from({ length: 6 }, () => v7());
  const orders = Array.from({ length: 120 }, (_, n) => ({
    orderId: v7(),
    customerId: customers[n % 6] ?? v7(),
    codes: all.filter((_code, bit) => ((n % 7) + 1) & (1 << bit)),
    end: ["paid", "released", "released early", "open"][(n * 7) % 4],
  }));
  await Promise.all(
    orders.map(async ({ codes, end, ...order }) => {
      const early = end === "released early" ? release(harness, order.orderId) : undefined;
      const [{ outcome }] = await Promise.all([hold(harness, codes, order), early]);
      if (end === "released") await release(harness, order.orderId);
      if (end === "paid" && outcome === "held") await paid(harness, order.orderId);
    }),
  );
  await received(harness, "orders");
  const wrong = { paid: "used", released: "released", "released early": "released", open: "held" };
  for (const { orderId, end } of orders)
    for (const line of await useStates(harness, orderId))
      expect(line).toContain(wrong[end as keyof typeof wrong]);
  const counts = await Promise.all(all.map((code) => usedOf(harness, code)));
  expect(counts[0]).toBeLessThanOrEqual(7);
  expect(counts[1]).toBeLessThanOrEqual(12);
  expect(counts[2]).toBeLessThanOrEqual(18);
}, 30_000);
