/** What is sold out is refused before an order is written for it. */
import { v7 } from "uuid";
import { GetAvailability, OutOfStock } from "../../../services/inventory/inventory.contract.ts";
import { PlaceOrder } from "../../../services/orders/orders.contract.ts";
import Orders from "../../../services/orders/orders.service.ts";
import { aPerson, stage, type Stage } from "../../support/stage.ts";
import { standIn } from "../../support/stand-in.ts";
import { neighbours } from "./neighbours.ts";
import { World } from "./world.ts";

const world = new World();
let left: () => Promise<number> | number;
let asked = 0;
let harness: Stage;
beforeAll(async () => {
  const availability = standIn(GetAvailability, async ({ variantIds }) => {
    asked += 1;
    const available = await left();
    const visible = { state: available > 0 ? "in_stock" : "out", available } as const;
    const stores = [{ storeId: v7(), ...visible }];
    return {
      variants: variantIds.split(",").map((variantId) => ({ variantId, ...visible, stores })),
    };
  });
  harness = await stage([Orders, ...neighbours(world), availability]);
});
afterAll(() => harness.leave());

const ordersOf = async (customerId: string) =>
  (
    await harness
      .db("orders")
      .sql.row<{ count: number }>(`select count(*) as count from "order" where customer_id = $1`, [
        customerId,
      ])
  )?.count;

test("what is sold out is refused, and nothing is written", async () => {
  left = () => 1;
  const person = aPerson();
  const variantId = world.goodsOf(1);
  const order = harness.call(PlaceOrder, { variantId, quantity: 2 }, person);
  await expect(order).rejects.toMatchObject({
    type: OutOfStock.type,
    data: { variantId, available: 1 },
  });
  expect(await ordersOf(person.id)).toBe(0);
});

test("when inventory tells no number, the order's own process finds out", async () => {
  left = () => 10;
  const person = aPerson();
  const order = harness.call(PlaceOrder, { variantId: world.goodsOf(5), quantity: 11 }, person);
  await expect(order).rejects.toMatchObject({ type: OutOfStock.type });
  expect(await ordersOf(person.id)).toBe(1);
});

test("when inventory does not answer, the order is taken as before", async () => {
  left = () => Promise.reject(new Error("gone"));
  const person = aPerson();
  const { order } = await harness.call(
    PlaceOrder,
    { variantId: world.goodsOf(1), quantity: 1 },
    person,
  );
  expect(order.status).toBe("awaiting_payment");
});

test("the same key, asked while its own order takes the last one, is answered that order", async () => {
  const person = aPerson();
  const variantId = world.goodsOf(1);
  const before = asked;
  const ordered = Promise.withResolvers<void>();
  left = async () => {
    if (asked === before + 1) return 1;
    await ordered.promise;
    return 0;
  };
  const key = { key: v7() };
  const first = harness.call(PlaceOrder, { variantId, quantity: 1 }, person, key);
  const second = harness.call(PlaceOrder, { variantId, quantity: 1 }, person, key);
  const { orderId } = await Promise.any([first, second]);
  ordered.resolve();
  expect((await first).orderId).toBe(orderId);
  expect((await second).orderId).toBe(orderId);
  expect(await ordersOf(person.id)).toBe(1);
});
