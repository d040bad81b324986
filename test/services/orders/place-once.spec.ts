/** Ordering twice, at once, and while others do not answer. */
import { v7 } from "uuid";
import { KeyInvalid, KeyReused } from "../../../lib/idempotency.ts";
import {
  NewOrder,
  OrderRejected,
  PlaceOrder,
  PriceDiffers,
  TooManyOpenOrders,
} from "../../../services/orders/orders.contract.ts";
import { aPerson, eventually } from "../../support/stage.ts";
import { becomes, ordersOnStage, type Play } from "./play.ts";

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

test("a cart becomes one order, however often and by whatever key it is ordered", async () => {
  const person = aPerson();
  const cartId = aCart(person.id);
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      harness.call(PlaceOrder, { cartId }, person, n % 3 === 0 ? {} : { key: `key-${n}` }),
    ),
  );
  expect(new Set(answers.map(({ orderId }) => orderId)).size).toBe(1);
  expect(answers[0]?.order).toMatchObject({ cartId, totalMinor: 2_500, lines: [{}, {}] });
  const again = await harness.call(PlaceOrder, { cartId }, person);
  expect(again.orderId).toBe(answers[0]?.orderId);
  const published = await harness.published("orders", NewOrder);
  expect(published.filter((it) => it.cartId === cartId)).toHaveLength(1);
});

test("a cart that is refused opens again: its order's id is dead, and the next one is another", async () => {
  const person = aPerson();
  const cartId = aCart(person.id, { shownTotalMinor: 1 });
  await expect(harness.call(PlaceOrder, { cartId }, person)).rejects.toMatchObject({
    type: PriceDiffers.type,
  });
  const [published] = (await harness.published("orders", OrderRejected)).filter(
    (it) => it.cartId === cartId,
  );
  expect(published).toMatchObject({ reason: "PRICE_CHANGED", customerId: person.id });

  // Carts hears that a moment later; whoever orders meanwhile waits for it.
  const cart = harness.world.carts.get(cartId);
  const ordering = harness.call(PlaceOrder, { cartId, expectedTotalMinor: 2_500 }, person);
  await eventually(() => expect(harness.world.countOf("carts.freeze")).toBeGreaterThan(1));
  delete cart?.orderId;
  const { orderId, order } = await ordering;
  expect(order.status).toBe("awaiting_payment");
  expect(orderId).not.toBe(published?.orderId);
});

test("one key, fifty times at once: one order, the same answer; another body is refused", async () => {
  const person = aPerson();
  const asked = { variantId: harness.world.goodsOf(100), quantity: 1 };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => harness.call(PlaceOrder, asked, person, { key: "fifty" })),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const orders = await sql().rows(`select id from "order" where customer_id = $1`, [person.id]);
  expect(orders).toHaveLength(1);
  expect(harness.world.goods.get(asked.variantId)?.stock).toBe(99);

  const other = harness.call(PlaceOrder, { ...asked, quantity: 2 }, person, { key: "fifty" });
  await expect(other).rejects.toMatchObject({ type: KeyReused.type, code: 422 });
  const somebodyElse = await harness.call(PlaceOrder, asked, aPerson(), { key: "fifty" });
  expect(somebodyElse.orderId).not.toBe(answers[0]?.orderId);
  const duplicates = await sql().rows(
    "select resource_id from idempotency group by 1 having count(*) > 1",
  );
  expect(duplicates).toEqual([]);
});

test("a key that is answered with a refusal is answered with the same one again", async () => {
  const person = aPerson();
  const asked = { variantId: harness.world.goodsOf(0), quantity: 1 };
  const refusal = async () =>
    (await harness.call(PlaceOrder, asked, person, { key: "none" }).catch((it: unknown) => it)) as {
      type: string;
      data: object;
    };
  const [first, second] = [await refusal(), await refusal()];
  expect(first.type).toBe("OUT_OF_STOCK");
  expect(second).toMatchObject({ type: first.type, data: first.data });
});

test("a key is answered with its order also when the goods cost more since, or are sold no more", async () => {
  const person = aPerson();
  const variantId = harness.world.goodsOf(3, 500);
  const asked = { variantId, quantity: 1, expectedTotalMinor: 500 };
  const first = await harness.call(PlaceOrder, asked, person, { key: "then" });
  harness.world.goods.set(variantId, { priceMinor: 900, stock: 0, sellable: false });
  expect(await harness.call(PlaceOrder, asked, person, { key: "then" })).toEqual(first);
});

test.each(["", "x".repeat(256), "tab\there"])("a key like %j is refused", async (key) => {
  const asked = { variantId: harness.world.goodsOf(1), quantity: 1 };
  const refused = harness.call(PlaceOrder, asked, aPerson(), { key });
  await expect(refused).rejects.toMatchObject({ type: KeyInvalid.type, code: 400 });
});

test("of many orders placed at once, nobody has more than five unpaid", async () => {
  const person = aPerson();
  const variantId = harness.world.goodsOf(100);
  const all = await Promise.allSettled(
    Array.from({ length: 9 }, () => harness.call(PlaceOrder, { variantId, quantity: 1 }, person)),
  );
  expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  for (const one of all)
    expect(one.status === "rejected" ? (one.reason as { type: string }).type : "").toMatch(
      one.status === "rejected" ? TooManyOpenOrders.type : /^$/,
    );
  const { orderId } =
    all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))[0] ?? {};
  harness.world.pay(orderId ?? "");
  await sql().run("update saga set due_at = now() where id = $1", [orderId]);
  await becomes(harness, orderId ?? "", "paid");
  const next = await harness.call(PlaceOrder, { variantId, quantity: 1 }, person);
  expect(next.order.status).toBe("awaiting_payment");
});

test("while inventory does not answer, the order is taken all the same and goes on by itself", async () => {
  const { world } = harness;
  const variantId = world.goodsOf(1);
  world.next("inventory.reserve", "hangs", "hangs");
  const before = Date.now();
  const { order } = await harness.call(PlaceOrder, { variantId, quantity: 1 }, aPerson());
  expect(Date.now() - before).toBeLessThan(6_000);
  expect(order.status).toBe("pending");
  await becomes(harness, order.id, "awaiting_payment");
  world.letGo();
});
