/** What other services ask of orders, and ids that must never become one. */
import { v7 } from "uuid";
import {
  GetOrder,
  ListOrders,
  AmountDue,
  ResolveOrder,
  OrderNotFound,
  PlaceOrder,
} from "../../../services/orders/orders.contract.ts";
import { aPerson, eventually, type TestPerson } from "../../support/stage.ts";
import { ordersOnStage, type Play } from "./play.ts";

let harness: Play;
beforeAll(async () => {
  harness = await ordersOnStage();
});
afterAll(() => harness.leave());
const admin = aPerson("admin");

async function placed(person: TestPerson, more: object = {}): Promise<string> {
  const asked = { variantId: harness.world.goodsOf(3), quantity: 1, ...more };
  return (await harness.call(PlaceOrder, asked, person)).orderId;
}
const idsOf = async (asked: object, person: TestPerson) =>
  (await harness.call(ListOrders, asked, person)).items.map(({ id }) => id);

test("other services are told what is due; of what is unknown, that it is not there", async () => {
  const [person, storeId] = [aPerson(), v7()];
  const orderId = await placed(person, { storeId });
  expect(await harness.call(AmountDue, { orderId })).toEqual({
    orderId,
    customerId: person.id,
    storeId,
    status: "awaiting_payment",
    currency: "EUR",
    totalMinor: 1_000,
  });
  await expect(harness.call(AmountDue, { orderId: v7() })).rejects.toMatchObject({
    type: OrderNotFound.type,
  });
});

test("the fate of an order is its status; an unknown one is dead from then on", async () => {
  const person = aPerson();
  const orderId = await placed(person);
  expect(await harness.call(ResolveOrder, { orderId })).toEqual({
    orderId,
    status: "awaiting_payment",
  });

  const unknown = v7();
  for (let n = 0; n < 2; n += 1)
    expect(await harness.call(ResolveOrder, { orderId: unknown })).toEqual({
      orderId: unknown,
      status: "rejected",
    });
  await expect(harness.call(GetOrder, { orderId: unknown }, admin)).rejects.toMatchObject({
    code: 404,
  });
  await expect(harness.call(AmountDue, { orderId: unknown })).rejects.toMatchObject({ code: 404 });
  expect(await idsOf({ limit: 100 }, admin)).not.toContain(unknown);
});

test("a cart whose order's id was declared dead meanwhile becomes no order by that id", async () => {
  const person = aPerson();
  const [cartId, dead] = [v7(), v7()];
  const lines = [{ variantId: harness.world.goodsOf(3), quantity: 1 }];
  harness.world.carts.set(cartId, { customerId: person.id, orderId: dead, more: { lines } });
  harness.world.next("pricing.quoteFor", "hangs");
  const placing = harness.call(PlaceOrder, { cartId }, person);
  await eventually(() => expect(harness.world.hanging).toBe(1));
  expect(await harness.call(ResolveOrder, { orderId: dead })).toMatchObject({ status: "rejected" });
  harness.world.letGo();
  await expect(placing).rejects.toMatchObject({ code: 409, data: { orderId: dead } });
  expect(await harness.call(ResolveOrder, { orderId: dead })).toMatchObject({ status: "rejected" });
  expect(harness.world.held.has(dead)).toBe(false);
}, 20_000);

test("of a fate that is asked while the order is being placed, one answer is true for ever", async () => {
  const person = aPerson();
  const ends = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const [cartId, orderId] = [v7(), v7()];
      const lines = [{ variantId: harness.world.goodsOf(3), quantity: 1 }];
      harness.world.carts.set(cartId, { customerId: person.id, orderId, more: { lines } });
      const placing = harness.call(PlaceOrder, { cartId }, person).then(
        () => true,
        () => false,
      );
      const { status } = await harness.call(ResolveOrder, { orderId });
      const made = await placing;
      return [made, status !== "rejected"];
    }),
  );
  for (const [made, lives] of ends) expect(made).toBe(lives);
}, 20_000);
