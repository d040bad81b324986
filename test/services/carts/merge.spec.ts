/** A guest signs in. */
import { v7 } from "uuid";
import * as carts from "../../../services/carts/carts.contract.ts";
import type { Meta } from "../../../lib/bus.ts";
import { aPerson, type Stage, type TestPerson } from "../../support/stage.ts";
import { aGuest, openShop, type Shop } from "./shop.ts";

let shop: Shop;
let harness: Stage;
beforeAll(async () => {
  shop = await openShop();
  harness = shop.play;
});
afterAll(() => harness.leave());

const notFound = expect.objectContaining({ type: carts.CartNotFound.type, code: 404 });
const merge = (cartId: string, person: TestPerson | undefined, meta: Meta = {}) =>
  harness.call(carts.MergeCart, { cartId }, person, meta);

test("without an open cart of their own, the guest's becomes theirs, and the token opens nothing", async () => {
  const person = aPerson();
  const { cartId, meta } = await aGuest(shop);
  const { variantId } = shop.aVariant();
  await shop.add(cartId, variantId, 2, undefined, meta);

  const [first, second] = await Promise.all([
    merge(cartId, person, meta),
    merge(cartId, person, meta),
  ]);
  expect(first).toMatchObject({ id: cartId, customerId: person.id, lines: [{ quantity: 2 }] });
  expect(second).toMatchObject({ id: cartId, lines: [{ quantity: 2 }] });
  await expect(shop.get(cartId, undefined, meta)).rejects.toEqual(notFound);
  await expect(shop.freeze(cartId, person.id)).resolves.toBeDefined();
});

test("with one, lines and coupons add up into it, once, however often it is asked", async () => {
  const { person, cart, variantId } = await shop.filled();
  const { cartId, meta } = await aGuest(shop);
  const more = shop.aVariant().variantId;
  await shop.add(cartId, more, 4, undefined, meta);
  await shop.add(cartId, variantId, 3, undefined, meta);
  await harness.call(carts.AddCoupon, { cartId, code: "TEN" }, undefined, meta);

  const answers = await Promise.all(Array.from({ length: 6 }, () => merge(cartId, person, meta)));
  // Also without the token, which is worth nothing any more: it is theirs.
  for (const answer of [...answers, await merge(cartId, person)])
    expect(answer).toMatchObject({
      id: cart.id,
      version: 2,
      coupons: ["TEN"],
      lines: [
        { variantId, quantity: 5 },
        { variantId: more, quantity: 4 },
      ],
    });
  await expect(shop.get(cartId, undefined, meta)).rejects.toEqual(notFound);
  await expect(shop.get(cartId, person)).rejects.toEqual(notFound);
  await expect(shop.add(cartId, variantId, 1, person)).rejects.toEqual(notFound);
  await expect(harness.call(carts.RemoveLine, { cartId, variantId }, person)).rejects.toEqual(
    notFound,
  );
  await expect(shop.freeze(cartId, person.id)).rejects.toEqual(notFound);
  const published = await harness.published("carts", carts.CartUpdated);
  const versions = published.filter((one) => one.cartId === cart.id).map(({ version }) => version);
  expect(versions).toEqual([1, 2]);
});

test("several carts filled as a guest, merged at once, end in one", async () => {
  const person = aPerson();
  const guests = await Promise.all(Array.from({ length: 4 }, () => aGuest(shop)));
  const { variantId } = shop.aVariant();
  for (const { cartId, meta } of guests) await shop.add(cartId, variantId, 3, undefined, meta);
  const all = await Promise.all(guests.map(({ cartId, meta }) => merge(cartId, person, meta)));
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  const current = await harness.call(carts.GetCurrentCart, {}, person);
  expect(current.lines).toMatchObject([{ variantId, quantity: 12 }]);
});

test("what would be more than fits is cut", async () => {
  const { person, cart, variantId } = await shop.filled();
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, variantId, 9_999, undefined, meta);
  const merged = await merge(cartId, person, meta);
  expect(merged).toMatchObject({ id: cart.id, lines: [{ quantity: 9_999 }] });
});

test("an empty cart is merged too, and changes nothing", async () => {
  const { person, cart } = await shop.filled();
  const { cartId, meta } = await aGuest(shop);
  expect(await merge(cartId, person, meta)).toMatchObject({ id: cart.id, version: 1 });
  await expect(shop.get(cartId, undefined, meta)).rejects.toEqual(notFound);
});

test("a frozen cart of theirs is left alone", async () => {
  const { person, cart } = await shop.filled();
  await shop.freeze(cart.id, person.id);
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, shop.aVariant().variantId, 1, undefined, meta);
  expect(await merge(cartId, person, meta)).toMatchObject({ id: cartId, customerId: person.id });
  expect((await shop.get(cart.id, person)).lines).toHaveLength(1);
});

test("two people with one token: one of them gets it", async () => {
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, shop.aVariant().variantId, 1, undefined, meta);
  const people = [aPerson(), aPerson(), (await shop.filled()).person];
  const all = await Promise.allSettled(people.map((person) => merge(cartId, person, meta)));
  expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const refused = all.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  expect(refused).toEqual([notFound, notFound]);
});

test("filling the guest's cart and merging it at once loses nothing that was answered", async () => {
  const { person, cart, variantId } = await shop.filled();
  const { cartId, meta } = await aGuest(shop);
  const adding = Array.from({ length: 10 }, () => shop.add(cartId, variantId, 1, undefined, meta));
  const [added] = await Promise.all([Promise.allSettled(adding), merge(cartId, person, meta)]);
  const answered = added.filter(({ status }) => status === "fulfilled").length;

  const retained = await harness
    .db("carts")
    .sql.row<{ sum: number }>("select sum(quantity) as sum from cart_line where cart_id = $1", [
      cartId,
    ]);
  const [line] = (await shop.get(cart.id, person)).lines;
  expect(line?.quantity).toBe(2 + (retained?.sum ?? 0));
  expect(line?.quantity).toBeGreaterThanOrEqual(2 + answered);
});

test("without the token, with another one, or of another customer, there is nothing to merge", async () => {
  const { cartId } = await aGuest(shop);
  const stranger = await aGuest(shop);
  const theirs = await shop.filled();
  const person = aPerson();
  await expect(merge(cartId, person)).rejects.toEqual(notFound);
  await expect(merge(cartId, person, stranger.meta)).rejects.toEqual(notFound);
  await expect(merge(theirs.cart.id, person, stranger.meta)).rejects.toEqual(notFound);
  await expect(merge(v7(), person, stranger.meta)).rejects.toEqual(notFound);
  await expect(merge(stranger.cartId, undefined, stranger.meta)).rejects.toMatchObject({
    code: 401,
  });
});
