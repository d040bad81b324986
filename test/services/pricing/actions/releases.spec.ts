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
  heard,
  hold,
  miscounted,
  paid,
  pricingOnStage,
  release,
  usedOf,
  useStates,
} from "../company.ts";

let play: Stage;
beforeAll(async () => {
  play = await pricingOnStage();
});
afterAll(() => play.leave());
afterEach(async () => expect(await miscounted(play)).toEqual([]));

test("a release that comes before the hold lets the hold find that the order is over", async () => {
  const code = await aCoupon(play);
  const orderId = v7();
  expect(await release(play, orderId)).toEqual({ outcome: "released" });
  expect(await hold(play, [code], { orderId })).toEqual({
    outcome: "refused",
    reason: OrderReleased.type,
  });
  expect(await usedOf(play, code)).toBe(0);
});

test("an order whose coupons were given back holds none any more, however often they were", async () => {
  const code = await aCoupon(play);
  const orderId = v7();
  await hold(play, [code], { orderId });
  await release(play, orderId);
  const refused = { outcome: "refused", reason: OrderReleased.type };
  expect(await hold(play, [code], { orderId })).toEqual(refused);
  await release(play, orderId);
  expect(await hold(play, [code], { orderId })).toEqual(refused);
});

test("a hold and a release at once leave nothing held", async () => {
  const code = await aCoupon(play);
  const orders = Array.from({ length: 30 }, () => v7());
  await Promise.all(
    orders.flatMap((orderId) => [hold(play, [code], { orderId }), release(play, orderId)]),
  );
  expect(await usedOf(play, code)).toBe(0);
});

test("a release gives back once, however often it comes, and is told once", async () => {
  const code = await aCoupon(play);
  const [orderId, other] = [v7(), v7()];
  await hold(play, [code], { orderId });
  await hold(play, [code], { orderId: other });
  const commandId = v7();
  await Promise.all([release(play, orderId, commandId), release(play, orderId, commandId)]);
  await release(play, orderId);
  expect(await usedOf(play, code)).toBe(1);
  const told = await play.told("pricing", CouponReleased);
  expect(told.filter((it) => it.orderId === orderId)).toEqual([{ code, orderId }]);
});

test("what a paid order held is used, told once, and no release takes it back", async () => {
  const code = await aCoupon(play);
  const order = { orderId: v7(), customerId: v7() };
  await hold(play, [code], order);
  await paid(play, order.orderId);
  await paid(play, order.orderId);
  await heard(play, "orders");
  expect(await useStates(play, order.orderId)).toEqual([`${code} used`]);
  await release(play, order.orderId);
  expect(await useStates(play, order.orderId)).toEqual([`${code} used`]);
  expect(await usedOf(play, code)).toBe(1);
  const told = await play.told("pricing", CouponRedeemed);
  expect(told.filter(({ orderId }) => orderId === order.orderId)).toEqual([{ code, ...order }]);
});
