/** Somebody signs in with a guest's token: what the guest had chosen is theirs. */
import * as carts from "../../../services/carts/carts.contract.ts";
import { aPerson, type Stage, type TestPerson } from "../../support/stage.ts";
import { failingWriterOf, type FailingWriter } from "./door.ts";
import { aGuest, failing, openShop, type Shop } from "./shop.ts";

let shop: Shop;
let harness: Stage;
let door: FailingWriter;
beforeAll(async () => {
  shop = await openShop();
  harness = shop.play;
  door = failingWriterOf(shop);
});
afterAll(() => harness.leave());

const notFound = failing(carts.CartNotFound, { code: 404 });
const aFullCart = async (person: TestPerson) => {
  const { id } = await shop.start(person);
  const fill = Array.from({ length: 100 }, () => shop.aVariant().variantId);
  await harness.db("carts").sql.run(
    `insert into cart_line (cart_id, variant_id, product_id, sku, title_fr, title_en, quantity)
     select $1, v, v, 'S', 'f', 'e', 1 from unnest($2::uuid[]) as t (v)`,
    [id, fill],
  );
  return { id, fill };
};

test("without an open cart of their own, the guest's is theirs, and its token opens nothing", async () => {
  const person = aPerson();
  const { cartId, meta } = await aGuest(shop);
  const { variantId } = shop.aVariant();
  await shop.add(cartId, variantId, 2, undefined, meta);
  await door.signIn(person, meta);
  await door.heard();
  const mine = { id: cartId, customerId: person.id, lines: [{ variantId, quantity: 2 }] };
  expect(await door.current(person)).toMatchObject(mine);
  await expect(shop.get(cartId, undefined, meta)).rejects.toEqual(notFound);
  expect((await harness.published("carts", carts.CartUpdated)).at(-1)).toEqual({
    cartId,
    customerId: person.id,
    version: 1,
  });
});

test("with one, lines and coupons add up into it, once, however often they sign in", async () => {
  const { person, cart, variantId } = await shop.filled();
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, variantId, 3, undefined, meta);
  await harness.call(carts.AddCoupon, { cartId, code: "TEN" }, undefined, meta);
  await Promise.all([
    door.signIn(person, meta),
    door.signIn(person, meta),
    door.signIn(person, meta),
  ]);
  await door.heard();
  const mine = { id: cart.id, version: 2, coupons: ["TEN"], lines: [{ variantId, quantity: 5 }] };
  expect(await door.current(person)).toMatchObject(mine);

  // Whoever asks for it as well is answered the same cart, also without the token.
  expect(await door.merge(cartId, person, meta)).toMatchObject(mine);
  expect(await door.merge(cartId, person)).toMatchObject(mine);
  await shop.freeze(cart.id, person.id);
  expect(await door.merge(cartId, person)).toMatchObject({ ...mine, state: "frozen" });
});

test("all carts of the guest end in one: the one that they changed last", async () => {
  const person = aPerson();
  const { cartId: first, meta } = await aGuest(shop);
  const [second, empty] = [await door.another(meta), await door.another(meta)];
  const { variantId } = shop.aVariant();
  await shop.add(second, variantId, 1, undefined, meta);
  await shop.add(first, variantId, 4, undefined, meta);
  await door.signIn(person, meta);
  await door.heard();
  const mine = { id: first, lines: [{ variantId, quantity: 5 }] };
  expect(await door.current(person)).toMatchObject(mine);
  for (const id of [second, empty]) expect(await door.merge(id, person)).toMatchObject(mine);
});

test("what would not fit stays a guest's, the others come along, and nothing is put aside", async () => {
  const person = aPerson();
  const { id, fill } = await aFullCart(person);
  const { cartId: fitting, meta } = await aGuest(shop);
  const tooMuch = await door.another(meta);
  await shop.add(fitting, fill[0] ?? "", 6, undefined, meta);
  const { variantId } = shop.aVariant();
  await shop.add(tooMuch, variantId, 2, undefined, meta);
  await door.signIn(person, meta);
  await door.heard();

  const mine = await door.current(person);
  expect(mine).toMatchObject({ id, version: 1 });
  expect(mine.lines.find((line) => line.variantId === fill[0])?.quantity).toBe(7);
  const retained = { version: 1, lines: [{ variantId, quantity: 2 }] };
  expect(await shop.get(tooMuch, undefined, meta)).toMatchObject(retained);
  expect(await shop.get(tooMuch, person, meta)).toMatchObject(retained);
  await expect(door.merge(tooMuch, person, meta)).rejects.toEqual(
    failing(carts.CartFull, { code: 422 }),
  );
  expect(await door.setAside()).toEqual([]);

  // When there is room, it comes along with the next sign-in.
  await harness.call(carts.RemoveLine, { cartId: id, variantId: fill[1] ?? "" }, person);
  await door.signIn(person, meta);
  await door.heard();
  expect((await door.current(person)).lines.at(-1)).toMatchObject(retained.lines[0] ?? {});
});

test("with the token, the current cart is the merged one also before the sign-in is heard of", async () => {
  const { person, cart, variantId } = await shop.filled();
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, variantId, 3, undefined, meta);
  expect(await door.current(person)).toMatchObject({ version: 1, lines: [{ quantity: 2 }] });
  const mine = { id: cart.id, version: 2, lines: [{ variantId, quantity: 5 }] };
  const all = await Promise.all([1, 2, 3].map(() => door.current(person, meta)));
  for (const seen of all) expect(seen).toMatchObject(mine);
  await door.signIn(person, meta);
  await door.heard();
  expect(await door.current(person, meta)).toMatchObject(mine);
  expect(await door.merge(cartId, person)).toMatchObject(mine);
});

test("with the token, what would not fit does not keep them from seeing their cart", async () => {
  const person = aPerson();
  const { id } = await aFullCart(person);
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, shop.aVariant().variantId, 1, undefined, meta);
  expect(await door.current(person, meta)).toMatchObject({ id, version: 0 });
  expect(await shop.get(cartId, undefined, meta)).toMatchObject({ version: 1 });
});

test.each(["x".repeat(43), "", "x", 7 as unknown as string])(
  "with %j for a token the current cart is theirs alone",
  async (guestToken) => {
    const { person, cart } = await shop.filled();
    expect(await door.current(person, { guestToken })).toMatchObject({ id: cart.id, version: 1 });
    await expect(door.current(aPerson(), { guestToken })).rejects.toEqual(notFound);
  },
);

test("a frozen cart of theirs is left alone", async () => {
  const { person, cart } = await shop.filled();
  await shop.freeze(cart.id, person.id);
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, shop.aVariant().variantId, 1, undefined, meta);
  await door.signIn(person, meta);
  await door.heard();
  expect(await door.current(person)).toMatchObject({ id: cartId, customerId: person.id });
  expect((await shop.get(cart.id, person)).lines).toHaveLength(1);
});

test("without a token, or with one that nobody has a cart of, nothing happens", async () => {
  const { person, cart } = await shop.filled();
  const { cartId, meta } = await aGuest(shop);
  await door.signIn(person);
  await door.signIn(person, { guestToken: "x".repeat(43) });
  await door.heard();
  expect(await door.current(person)).toMatchObject({ id: cart.id, version: 1 });
  expect(await shop.get(cartId, undefined, meta)).toMatchObject({ id: cartId });
});

test("of several who sign in with one token, the first has the cart", async () => {
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, shop.aVariant().variantId, 1, undefined, meta);
  const [first, second] = [aPerson(), aPerson()];
  await door.signIn(first, meta);
  await door.signIn(second, meta);
  await door.heard();
  expect(await door.current(first)).toMatchObject({ id: cartId });
  await expect(door.current(second)).rejects.toEqual(notFound);
  await expect(door.merge(cartId, second, meta)).rejects.toEqual(notFound);
});

test("an expired cart is not brought back", async () => {
  const person = aPerson();
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, shop.aVariant().variantId, 1, undefined, meta);
  await harness
    .db("carts")
    .sql.run("update cart set expires_at = now() - interval '1 second' where id = $1", [cartId]);
  await door.signIn(person, meta);
  await door.heard();
  await expect(door.current(person)).rejects.toEqual(notFound);
});
