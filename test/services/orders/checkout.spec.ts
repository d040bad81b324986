/** Each branch of the checkout's protocol. */
import {
  CouponRefused,
  NewOrder,
  OrderAwaitsPayment,
  OrderCancelled,
  OrderProcessed,
  OrderRejected,
  PlaceOrder,
} from "../../../services/orders/orders.contract.ts";
import { OutOfStock } from "../../../services/inventory/inventory.contract.ts";
import { aPerson } from "../../support/stage.ts";
import { becomes, ordersOnStage, pay, type Play, statusOf, stepOf, tellClosed } from "./play.ts";

let harness: Play;
beforeAll(async () => {
  harness = await ordersOnStage();
});
afterAll(() => harness.leave());

const place = (variantId: string, more: object = {}, quantity = 1) =>
  harness.call(PlaceOrder, { variantId, quantity, ...more }, aPerson());
async function orderOf(refused: Promise<unknown>): Promise<string> {
  const error = await refused.then(
    () => undefined,
    (it: unknown) => it,
  );
  return (error as { data: { orderId: string } }).data.orderId;
}

test("an order holds its stock, waits for its payment, and is paid once its stock has left", async () => {
  const { world } = harness;
  const variantId = world.goodsOf(3, 1_250);
  const { orderId, order } = await place(variantId, {}, 2);
  expect(order).toMatchObject({ status: "awaiting_payment", totalMinor: 2_500, total: 25 });
  expect(world.held.get(orderId)).toHaveLength(1);
  expect(world.goods.get(variantId)?.stock).toBe(1);

  await pay(harness, orderId);
  await becomes(harness, orderId, "paid");
  expect(world.committed.get(orderId)).toBe(1);
  expect(await stepOf(harness, orderId)).toBe("done");
  for (const event of [NewOrder, OrderAwaitsPayment, OrderProcessed])
    expect(
      (await harness.published("orders", event)).filter((it) => it.orderId === orderId),
    ).toHaveLength(1);
});

test("where inventory holds each line is kept with the order", async () => {
  const { orderId } = await place(harness.world.goodsOf(3), {}, 2);
  const retained = await harness
    .db("orders")
    .sql.rows("select line, quantity from order_allocation where order_id = $1", [orderId]);
  expect(retained).toEqual([{ line: 0, quantity: 2 }]);
});

test("a payment captured as soon as it is opened pays the order within the one request", async () => {
  harness.world.opensAs = "captured";
  const { order } = await place(harness.world.goodsOf(1)).finally(
    () => (harness.world.opensAs = "open"),
  );
  expect(order.status).toBe("paid");
  expect(order.paidAt).toBeDefined();
});

test("what is not there is refused with the variant, and the order is kept as rejected", async () => {
  const variantId = harness.world.goodsOf(1);
  const refused = place(variantId, {}, 2);
  await expect(refused).rejects.toMatchObject({
    type: OutOfStock.type,
    code: 409,
    data: { variantId, available: 1 },
  });
  const orderId = await orderOf(refused);
  expect(await statusOf(harness, orderId)).toBe("rejected");
  expect(harness.world.payments.has(orderId)).toBe(false);
  const published = await harness.published("orders", OrderRejected);
  expect(published.find((it) => it.orderId === orderId)).toMatchObject({ reason: "OUT_OF_STOCK" });
});

test("coupons are held before the stock, and given back when there is not enough of it", async () => {
  const { world } = harness;
  const { orderId, order } = await place(world.goodsOf(1), { coupons: ["TEA"] });
  expect(order).toMatchObject({ discountMinor: 100, totalMinor: 900, coupons: ["TEA"] });
  expect(world.coupons.get(orderId)).toEqual(["TEA"]);

  const rejected = await orderOf(place(world.goodsOf(0), { coupons: ["TEA"] }));
  expect(await statusOf(harness, rejected)).toBe("rejected");
  expect(world.coupons.has(rejected)).toBe(false);
  const names = world.asked.map(({ name }) => name);
  expect(names.slice(-3)).toEqual([
    "pricing.holdCoupons",
    "inventory.reserve",
    "pricing.releaseCoupons",
  ]);
});

test("a coupon that is used up rejects the order before any stock is asked for", async () => {
  const { world } = harness;
  world.usedUp.add("GONE");
  const variantId = world.goodsOf(1);
  const before = world.countOf("inventory.reserve");
  const refused = place(variantId, { coupons: ["GONE"] });
  await expect(refused).rejects.toMatchObject({
    type: CouponRefused.type,
    data: { code: "GONE", why: "COUPON_USED_UP" },
  });
  expect(await statusOf(harness, await orderOf(refused))).toBe("rejected");
  expect(world.countOf("inventory.reserve")).toBe(before);
});

test("a payment that closes lets go stock and coupons, in this order, and cancels", async () => {
  const { world } = harness;
  const variantId = world.goodsOf(1);
  const { orderId } = await place(variantId, { coupons: ["TEA"] });
  await tellClosed(harness, orderId);
  await becomes(harness, orderId, "cancelled");
  expect(world.goods.get(variantId)?.stock).toBe(1);
  expect(world.coupons.has(orderId)).toBe(false);
  const published = await harness.published("orders", OrderCancelled);
  expect(published.filter((it) => it.orderId === orderId)).toMatchObject([
    { reason: "PAYMENT_CLOSED" },
  ]);
});
