/** A cart on its way to an order, and back. */
import { v7 } from "uuid";
import * as carts from "../../../services/carts/carts.contract.ts";
import {
  OrderCancelled,
  OrderProcessed,
  OrderRejected,
} from "../../../services/orders/orders.contract.ts";
import { eventually, type Stage, publishEvent } from "../../support/stage.ts";
import { aGuest, failing, openShop, orderFact, type Shop, UNIT_MINOR } from "./shop.ts";

let shop: Shop;
let harness: Stage;
beforeAll(async () => {
  shop = await openShop();
  harness = shop.play;
});
afterAll(() => harness.leave());

const stateOf = async (id: string, person: Parameters<typeof shop.get>[1]) =>
  (await shop.get(id, person)).state;

describe("freezing", () => {
  test("answers what is ordered, and the total that was shown", async () => {
    const { person, cart, variantId } = await shop.filled();
    await harness.call(carts.AddCoupon, { cartId: cart.id, code: "TEN" }, person);
    const orderId = v7();
    expect(await shop.freeze(cart.id, person.id, orderId, 2)).toEqual({
      orderId,
      currency: "EUR",
      coupons: ["TEN"],
      lines: [{ variantId, quantity: 2 }],
      shownTotalMinor: 2 * UNIT_MINOR - 10,
    });
    expect(await shop.get(cart.id, person)).toMatchObject({ state: "frozen", orderId });
  });

  test("of many at once, and later, all are answered the first one's order", async () => {
    const { person, cart } = await shop.filled();
    const all = await Promise.all(
      Array.from({ length: 10 }, () => shop.freeze(cart.id, person.id)),
    );
    expect(new Set(all.map(({ orderId }) => orderId)).size).toBe(1);
    expect(await shop.freeze(cart.id, person.id, v7(), 99)).toEqual(all[0]);
  });

  test("a total that was shown of other contents, or after the checkout, counts no longer", async () => {
    const { person, cart, variantId } = await shop.filled();
    await harness
      .db("carts")
      .sql.run("update cart set shown_total_minor = 1 where id = $1", [cart.id]);
    shop.world.pricingWaits = Promise.reject(new Error("no prices today"));
    shop.world.pricingWaits.catch(() => undefined);
    await shop.add(cart.id, variantId, 1, person);
    shop.world.pricingWaits = undefined;
    expect((await shop.freeze(cart.id, person.id)).shownTotalMinor).toBeUndefined();
    await shop.get(cart.id, person);
    expect((await shop.freeze(cart.id, person.id)).shownTotalMinor).toBeUndefined();
  });

  test("an empty cart, another version, another customer and a guest's cart are refused", async () => {
    const { person, cart } = await shop.filled();
    const empty = await shop.start(person);
    const guest = await aGuest(shop);
    const { variantId } = shop.aVariant();
    await shop.add(guest.cartId, variantId, 1, undefined, guest.meta);

    const refused = [
      [shop.freeze(empty.id, person.id), failing(carts.CartEmpty, { code: 422 })],
      [shop.freeze(cart.id, person.id, v7(), 0), failing(carts.CartChanged, { code: 409 })],
      [shop.freeze(cart.id, v7()), failing(carts.CartNotFound, { code: 404 })],
      [shop.freeze(guest.cartId, person.id), failing(carts.CartNotFound)],
      [shop.freeze(v7(), person.id), failing(carts.CartNotFound)],
    ] as const;
    for (const [attempt, failure] of refused) await expect(attempt).rejects.toEqual(failure);
    expect(await stateOf(cart.id, person)).toBe("open");
  });

  test("nothing of a frozen cart changes, not even by force", async () => {
    const { person, cart, variantId } = await shop.filled();
    const { orderId } = await shop.freeze(cart.id, person.id);
    const inCheckout = failing(carts.CartInCheckout, {
      code: 409,
      data: { cartId: cart.id, orderId },
    });
    const on = { cartId: cart.id };
    const attempts = [
      shop.add(cart.id, variantId, 1, person),
      harness.call(carts.ChangeLine, { ...on, variantId, quantity: 9 }, person),
      harness.call(carts.RemoveLine, { ...on, variantId }, person),
      harness.call(carts.AddCoupon, { ...on, code: "TEN" }, person),
      harness.call(carts.RemoveCoupon, { ...on, code: "TEN" }, person),
    ];
    for (const attempt of attempts) await expect(attempt).rejects.toEqual(inCheckout);
    const { sql } = harness.db("carts");
    const force = sql.run("update cart_line set quantity = 9 where cart_id = $1", [cart.id]);
    await expect(force).rejects.toThrow(/is frozen/);
    expect((await shop.get(cart.id, person)).lines).toMatchObject([{ quantity: 2 }]);
  });

  test("adding and freezing at once: what was answered as added is ordered", async () => {
    const { person, cart, variantId } = await shop.filled();
    const adding = Array.from({ length: 10 }, () => shop.add(cart.id, variantId, 1, person));
    const freezing = shop.freeze(cart.id, person.id);
    const added = (await Promise.allSettled(adding)).filter(({ status }) => status === "fulfilled");
    const { lines } = await freezing;
    expect(lines).toEqual([{ variantId, quantity: 2 + added.length }]);
  });
});

describe("what became of the order", () => {
  test.each([
    ["rejected", OrderRejected],
    ["cancelled", OrderCancelled],
  ])("%s: the cart is open again, and can be ordered anew", async (_, event) => {
    const { person, cart, variantId } = await shop.filled();
    const { orderId } = await shop.freeze(cart.id, person.id);
    await publishEvent(harness, "orders", event, { ...orderFact(orderId), reason: "too late" });
    await eventually(async () => expect(await stateOf(cart.id, person)).toBe("open"));
    expect((await shop.get(cart.id, person)).orderId).toBeUndefined();

    await shop.add(cart.id, variantId, 1, person);
    const anew = v7();
    expect(await shop.freeze(cart.id, person.id, anew)).toMatchObject({ orderId: anew });
  });

  test("the dead order's checkout asks once more: it is answered, and nothing freezes", async () => {
    const { person, cart } = await shop.filled();
    const { orderId } = await shop.freeze(cart.id, person.id);
    await publishEvent(harness, "orders", OrderRejected, {
      ...orderFact(orderId),
      reason: "out of stock",
    });
    await eventually(async () => expect(await stateOf(cart.id, person)).toBe("open"));
    expect(await shop.freeze(cart.id, person.id, orderId)).toMatchObject({ orderId });
    expect(await stateOf(cart.id, person)).toBe("open");
  });

  test("another order, or one told late, opens nothing", async () => {
    const { person, cart } = await shop.filled();
    const first = await shop.freeze(cart.id, person.id);
    const late = { ...orderFact(first.orderId), reason: "gone" };
    await publishEvent(harness, "orders", OrderCancelled, late);
    await eventually(async () => expect(await stateOf(cart.id, person)).toBe("open"));
    const second = await shop.freeze(cart.id, person.id);

    const fence = await shop.filled();
    const { orderId } = await shop.freeze(fence.cart.id, fence.person.id);
    await publishEvent(harness, "orders", OrderCancelled, late);
    await publishEvent(harness, "orders", OrderRejected, { ...orderFact(v7()), reason: "other" });
    await publishEvent(harness, "orders", OrderRejected, {
      ...orderFact(orderId),
      reason: "fence",
    });
    await eventually(async () => expect(await stateOf(fence.cart.id, fence.person)).toBe("open"));
    expect(await shop.get(cart.id, person)).toMatchObject({
      state: "frozen",
      orderId: second.orderId,
    });
  });

  test("paid: the cart is done for good, and that is told once", async () => {
    const { person, cart, variantId } = await shop.filled();
    const { orderId } = await shop.freeze(cart.id, person.id);
    await publishEvent(harness, "orders", OrderProcessed, orderFact(orderId));
    await publishEvent(harness, "orders", OrderProcessed, orderFact(orderId));
    await publishEvent(harness, "orders", OrderCancelled, {
      ...orderFact(orderId),
      reason: "never",
    });
    await eventually(async () => expect(await stateOf(cart.id, person)).toBe("converted"));
    const fence = await shop.filled();
    const other = await shop.freeze(fence.cart.id, fence.person.id);
    await publishEvent(harness, "orders", OrderProcessed, orderFact(other.orderId));
    await eventually(async () =>
      expect(await stateOf(fence.cart.id, fence.person)).toBe("converted"),
    );

    const published = (await harness.published("carts", carts.CartConverted)).filter(
      ({ cartId }) => cartId === cart.id,
    );
    expect(published).toEqual([{ cartId: cart.id, orderId }]);
    await expect(shop.add(cart.id, variantId, 1, person)).rejects.toEqual(
      failing(carts.CartOrdered, { code: 409 }),
    );
    expect(await shop.freeze(cart.id, person.id)).toMatchObject({ orderId });
    await expect(harness.call(carts.GetCurrentCart, {}, person)).rejects.toEqual(
      failing(carts.CartNotFound),
    );
  });
});
