import { NotSellable } from "../../../services/catalog/catalog.contract.ts";
/** Ordering: what may be asked, by whom, how often, and what it makes. */
import { v7 } from "uuid";
import { InvalidInput } from "../../../lib/validator.ts";
import { NotAllowed } from "../../../lib/access.ts";
import { CartNotFound } from "../../../services/carts/carts.contract.ts";
import { PlaceOrder, PriceDiffers } from "../../../services/orders/orders.contract.ts";
import { aPerson, staffOf } from "../../support/stage.ts";
import { ordersOnStage, type Play } from "./play.ts";

let harness: Play;
beforeAll(async () => {
  harness = await ordersOnStage();
});
afterAll(() => harness.leave());
const sql = () => harness.db("orders").sql;

const aCart = (customerId: string, more: object = {}) => {
  const cartId = v7();
  const lines = [
    { variantId: harness.world.goodsOf(10), quantity: 2 },
    { variantId: harness.world.goodsOf(10, 500), quantity: 1 },
  ];
  harness.world.carts.set(cartId, { customerId, more: { lines, ...more } });
  return cartId;
};

test("the body of old clients is understood: a product, how many, whose; answered in French", async () => {
  const person = aPerson();
  const productId = v7();
  harness.world.products.set(productId, harness.world.goodsOf(5, 89_999));
  const asked = { userId: person.id, productId, quantity: 2 };
  const answer = await harness.call(PlaceOrder, asked, person, { language: "fr" });
  expect(answer).toMatchObject({
    success: true,
    message: "Commande créée et envoyée pour traitement",
    orderId: answer.order.id,
    order: {
      status: "awaiting_payment",
      customerId: person.id,
      total: 1799.98,
      lines: [{ productId, title: "Thé vert", quantity: 2, unitPrice: 899.99 }],
    },
  });
  const english = await harness.call(PlaceOrder, asked, person, { language: "en" });
  expect(english.message).toBe("Order created and sent for processing");
  expect(english.order.lines[0]?.title).toBe("Green tea");
});

const VARIANT = v7();
test.each([
  [{}, "cartId"],
  [{ variantId: VARIANT }, "quantity"],
  [{ variantId: VARIANT, productId: VARIANT, quantity: 1 }, "productId"],
  [{ cartId: VARIANT, variantId: VARIANT }, "variantId"],
  [{ cartId: VARIANT, quantity: 1 }, "quantity"],
  [{ variantId: VARIANT, quantity: 1, version: 3 }, "version"],
])("%j is refused for its %s", async (asked, field) => {
  await expect(harness.call(PlaceOrder, asked, aPerson())).rejects.toMatchObject({
    type: InvalidInput.type,
    code: 400,
    data: { field },
  });
});

test.each([0, -1, 1.5, 10_000])("%d pieces are refused", async (quantity) => {
  const asked = harness.call(PlaceOrder, { variantId: VARIANT, quantity }, aPerson());
  await expect(asked).rejects.toMatchObject({ type: InvalidInput.type });
});

test("a person orders for themselves only; a shop's staff in their shop; an admin for anybody", async () => {
  const [variantId, customer, storeId] = [harness.world.goodsOf(10), aPerson(), v7()];
  const asked = { variantId, quantity: 1, userId: customer.id };
  const cashier = staffOf(storeId, "cashier");
  for (const [person, more] of [
    [aPerson(), {}],
    [cashier, {}],
    [cashier, { storeId: v7() }],
  ] as const)
    await expect(harness.call(PlaceOrder, { ...asked, ...more }, person)).rejects.toMatchObject({
      type: NotAllowed.type,
    });
  await expect(harness.call(PlaceOrder, asked)).rejects.toMatchObject({ code: 401 });

  const inShop = await harness.call(PlaceOrder, { ...asked, storeId }, cashier);
  expect(inShop.order).toMatchObject({ customerId: customer.id, storeId });
  const byAdmin = await harness.call(PlaceOrder, asked, aPerson("admin"));
  expect(byAdmin.order.customerId).toBe(customer.id);
});

test("cash is for staff to take; what is chosen is only handed on to payments", async () => {
  const [variantId, storeId] = [harness.world.goodsOf(10), v7()];
  const asked = { variantId, quantity: 1, payment: { provider: "cash" as const } };
  await expect(harness.call(PlaceOrder, asked, aPerson())).rejects.toMatchObject({
    type: NotAllowed.type,
  });
  const { order } = await harness.call(
    PlaceOrder,
    { ...asked, storeId },
    staffOf(storeId, "cashier"),
  );
  expect(order.status).toBe("awaiting_payment");
  expect(harness.world.payments.get(order.id)).toMatchObject({ provider: "cash", state: "open" });
});

test("what is unknown or not sold any more is refused, and nothing is written", async () => {
  const person = aPerson();
  const gone = harness.world.goodsOf(3);
  harness.world.goods.set(gone, { priceMinor: 1, stock: 3, sellable: false });
  for (const asked of [{ variantId: v7() }, { variantId: gone }, { productId: v7() }])
    await expect(harness.call(PlaceOrder, { ...asked, quantity: 1 }, person)).rejects.toMatchObject(
      {
        type: NotSellable.type,
        code: 422,
      },
    );
  expect(await sql().rows(`select id from "order" where customer_id = $1`, [person.id])).toEqual(
    [],
  );
});

test("another total than the one that was seen is refused with both, and the new prices", async () => {
  const variantId = harness.world.goodsOf(5, 700);
  const asked = { variantId, quantity: 2, expectedTotalMinor: 1_300 };
  await expect(harness.call(PlaceOrder, asked, aPerson())).rejects.toMatchObject({
    type: PriceDiffers.type,
    code: 409,
    data: {
      expectedTotalMinor: 1_300,
      totalMinor: 1_400,
      lines: [{ variantId, unitMinor: 700, totalMinor: 1_400 }],
    },
  });
  const { order } = await harness.call(
    PlaceOrder,
    { ...asked, expectedTotalMinor: 1_400 },
    aPerson(),
  );
  expect(order.totalMinor).toBe(1_400);
});

test("another person's cart is no cart", async () => {
  const cartId = aCart(v7());
  await expect(harness.call(PlaceOrder, { cartId }, aPerson())).rejects.toMatchObject({
    type: CartNotFound.type,
  });
});
