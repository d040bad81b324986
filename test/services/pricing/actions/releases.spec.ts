/** What becomes of held coupons: given back, or used by an order that is paid. */
import { v7 } from "uuid";
import {
  CouponRedeemed,
  CouponReleased,
  OrderReleased,
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

test("a release that comes before the hold lets the hold find that the order is over", async () => {
  const code = await aCoupon(harness);
  const orderId = v7();
  expect(await release(harness, orderId)).toEqual({ outcome: "released" });
  expect(await hold(harness, [code], { orderId })).toEqual({
    outcome: "refused",
    reason: OrderReleased.type,
  });
  expect(await usedOf(harness, code)).toBe(0);
});

test("an order whose coupons were given back holds none any more, however often they were", async () => {
  const code = await aCoupon(harness);
  const orderId = v7();
  await hold(harness, [code], { orderId });
  await release(harness, orderId);
  const refused = { outcome: "refused", reason: OrderReleased.type };
  expect(await hold(harness, [code], { orderId })).toEqual(refused);
  await release(harness, orderId);
  expect(await hold(harness, [code], { orderId })).toEqual(refused);
});

test("a hold and a release at once leave nothing held", async () => {
  const code = await aCoupon(harness);
  const orders = Array.from({ length: 30 }, () => v7());
  await Promise.all(
    orders.flatMap((orderId) => [hold(harness, [code], { orderId }), release(harness, orderId)]),
  );
  expect(await usedOf(harness, code)).toBe(0);
});

test("a release gives back once, however often it comes, and is told once", async () => {
  const code = await aCoupon(harness);
  const [orderId, other] = [v7(), v7()];
  await hold(harness, [code], { orderId });
  await hold(harness, [code], { orderId: other });
  const commandId = v7();
  await Promise.all([release(harness, orderId, commandId), release(harness, orderId, commandId)]);
  await release(harness, orderId);
  expect(await usedOf(harness, code)).toBe(1);
  const published = await harness.published("pricing", CouponReleased);
  expect(published.filter((it) => it.orderId === orderId)).toEqual([{ code, orderId }]);
});

test("what a paid order held is used, told once, and no release takes it back", async () => {
  const code = await aCoupon(harness);
  const order = { orderId: v7(), customerId: v7() };
  await hold(harness, [code], order);
  await paid(harness, order.orderId);
  await paid(harness, order.orderId);
  await received(harness, "orders");
  expect(await useStates(harness, order.orderId)).toEqual([`${code} used`]);
  await release(harness, order.orderId);
  expect(await useStates(harness, order.orderId)).toEqual([`${code} used`]);
  expect(await usedOf(harness, code)).toBe(1);
  const published = await harness.published("pricing", CouponRedeemed);
  expect(published.filter(({ orderId }) => orderId === order.orderId)).toEqual([
    { code, ...order },
  ]);
});
