/** Guests sign in while something else happens to the same carts. */
import { v7 } from "uuid";
import { insertCart, lockCart, lockOwner } from "../../../services/carts/store/carts.store.ts";
import { setQuantity } from "../../../services/carts/store/lines.store.ts";
import { aPerson, eventually, type Stage } from "../../support/stage.ts";
import { failingWriterOf, type FailingWriter } from "./door.ts";
import { aGuest, openShop, type Shop } from "./shop.ts";

let shop: Shop;
let harness: Stage;
let door: FailingWriter;
beforeAll(async () => {
  shop = await openShop();
  harness = shop.play;
  door = failingWriterOf(shop);
});
afterAll(() => harness.leave());

test("asking for it at the moment of signing in changes nothing of it", async () => {
  const { person, cart, variantId } = await shop.filled();
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, variantId, 3, undefined, meta);
  const answers = await Promise.all([
    door.merge(cartId, person, meta),
    door.signIn(person, meta).then(() => door.merge(cartId, person, meta)),
    door.merge(cartId, person, meta),
  ]);
  await door.heard();
  for (const answer of [...answers, await door.current(person)])
    expect(answer).toMatchObject({ id: cart.id, version: 2, lines: [{ quantity: 5 }] });
});

test("hearing of all sign-ins once more takes nobody's cart of later", async () => {
  const { person, cart, variantId } = await shop.filled();
  const { cartId, meta } = await aGuest(shop);
  await shop.add(cartId, variantId, 3, undefined, meta);
  await door.signIn(person, meta);
  await door.heard();
  // They sign out, and the same device starts another cart with the token that it has.
  const later = await door.another(meta);
  await shop.add(later, variantId, 1, undefined, meta);
  const { sql } = harness.db("carts");
  await sql.run("update cart set created_at = created_at + interval '2 minutes' where id = $1", [
    later,
  ]);
  await sql.run("update feed_cursor set position = 0 where producer = 'identity'");
  await door.signIn(aPerson());
  await door.heard();
  expect(await door.current(person)).toMatchObject({
    id: cart.id,
    version: 2,
    lines: [{ quantity: 5 }],
  });
  expect(await shop.get(later, undefined, meta)).toMatchObject({ lines: [{ quantity: 1 }] });
});

/** Until somebody waits for a lock that a transaction of the test holds. */
const untilBlocked = () =>
  eventually(async () => {
    const waiting = await harness
      .db("carts")
      .sql.rows(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
    expect(waiting).toHaveLength(1);
  });

test("a line that the guest adds at this moment comes along", async () => {
  const { person, cart, variantId } = await shop.filled();
  const { cartId, meta } = await aGuest(shop);
  const cartsDb = harness.db("carts");
  await shop.add(cartId, variantId, 1, undefined, meta);
  await cartsDb.transaction(async (tx) => {
    const sql = cartsDb.in(tx);
    await lockCart(sql, cartId);
    expect(await setQuantity(sql, cartId, variantId, 4)).toBe(1);
    await door.signIn(person, meta);
    await untilBlocked();
  });
  await door.heard();
  expect(await door.current(person)).toMatchObject({ id: cart.id, lines: [{ quantity: 6 }] });
});

test("a cart that they start at this moment is the one that it comes into", async () => {
  const person = aPerson();
  const { cartId, meta } = await aGuest(shop);
  const { variantId } = shop.aVariant();
  await shop.add(cartId, variantId, 3, undefined, meta);
  const cartsDb = harness.db("carts");
  const id = v7();
  await cartsDb.transaction(async (tx) => {
    const sql = cartsDb.in(tx);
    await lockOwner(sql, person.id);
    await door.signIn(person, meta);
    await untilBlocked();
    const mine = { customerId: person.id, tokenSha256: undefined };
    await insertCart(sql, { ...mine, id, currency: "EUR", storeId: undefined });
  });
  await door.heard();
  expect(await door.current(person)).toMatchObject({ id, lines: [{ variantId, quantity: 3 }] });
  expect(await door.merge(cartId, person)).toMatchObject({ id });
});

test("many sign in at once, some while their cart is merged by hand: each has what they chose", async () => {
  const { variantId } = shop.aVariant();
  const people = await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      const person = aPerson();
      const { cartId, meta } = await aGuest(shop);
      await shop.add(cartId, variantId, n + 1, undefined, meta);
      if (n % 2 === 0) await shop.filled(person);
      return { person, cartId, meta, quantity: n + 1 };
    }),
  );
  await Promise.all(
    people.flatMap(({ person, cartId, meta, quantity }) => [
      door.signIn(person, meta),
      quantity % 3 === 0 ? door.merge(cartId, person, meta) : shop.start(person),
    ]),
  );
  await door.heard();
  expect(await door.setAside()).toEqual([]);
  for (const { person, quantity } of people) {
    const rows = await harness.db("carts").sql.rows<{ quantity: number }>(
      `select l.quantity from cart c join cart_line l on l.cart_id = c.id
       where c.customer_id = $1 and c.state = 'open' and l.variant_id = $2`,
      [person.id, variantId],
    );
    expect(rows).toEqual([{ quantity }]);
  }
});
