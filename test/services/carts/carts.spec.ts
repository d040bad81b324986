/** Starting carts, and whose they are. */
import { v7 } from "uuid";
import * as carts from "../../../services/carts/carts.contract.ts";
import { KeyReused } from "../../../lib/idempotency.ts";
import { aPerson, type Stage } from "../../support/stage.ts";
import { aGuest, failing, openShop, type Shop } from "./shop.ts";

let shop: Shop;
let harness: Stage;
beforeAll(async () => {
  shop = await openShop();
  harness = shop.play;
});
afterAll(() => harness.leave());

describe("starting a cart", () => {
  test("a signed-in person's cart is theirs, and has no token", async () => {
    const person = aPerson();
    const cart = await shop.start(person);
    expect(cart).toMatchObject({ customerId: person.id, state: "open", version: 0, lines: [] });
    expect(cart).toMatchObject({ currency: "EUR", priced: true, totals: { totalMinor: 0 } });
    expect(cart.token).toBeUndefined();
    expect(Date.parse(cart.expiresAt) - Date.parse(cart.changedAt)).toBe(30 * 86_400_000);
  });

  test("a guest is told the token once, and only its hash is kept", async () => {
    const { id, token = "" } = await shop.start();
    expect(token).toMatch(/^[\w-]{43}$/);
    const seen = await shop.get(id, undefined, { guestToken: token });
    expect(seen.token).toBeUndefined();
    const retained = await harness.db("carts").sql.row(
      `select 1 as one from cart c where id = $1 and token_sha256 = sha256(convert_to($2, 'utf8'))
         and position($2 in c::text) = 0`,
      [id, token],
    );
    expect(retained).toBeDefined();
  });

  test("with one key, at once and later, there is one cart; another request is refused", async () => {
    const [person, key] = [aPerson(), v7()];
    const all = await Promise.all(Array.from({ length: 8 }, () => shop.start(person, { key })));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    const other = harness.call(carts.StartCart, { currency: "USD" }, person, { key });
    await expect(other).rejects.toEqual(failing(KeyReused));
    const others = await shop.start(aPerson(), { key });
    expect(others.id).not.toBe(all[0]?.id);
  });

  test("a guest who brings a token keeps it, and their key is honoured", async () => {
    const { meta } = await aGuest(shop);
    const withKey = { ...meta, key: v7() };
    const [first, second] = [
      await shop.start(undefined, withKey),
      await shop.start(undefined, withKey),
    ];
    expect(second.id).toBe(first.id);
    expect(first.token).toBeUndefined();
    expect(await shop.get(first.id, undefined, meta)).toMatchObject({ id: first.id });
  });

  test.each(["a customer", "a guest with a token"])(
    "of many that %s starts at once, at most 20 are open",
    async (who) => {
      const asking: Parameters<typeof shop.start> =
        who === "a customer" ? [aPerson()] : [undefined, { guestToken: v7().padEnd(43, "-") }];
      const all = await Promise.allSettled(Array.from({ length: 24 }, () => shop.start(...asking)));
      expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
      await expect(shop.start(...asking)).rejects.toEqual(
        failing(carts.TooManyCarts, { code: 409, data: { limit: 20 } }),
      );
      await expect(shop.start()).resolves.toBeDefined();
    },
  );
});

describe("somebody else's cart looks as if it did not exist", () => {
  const attempts: [string, (cartId: string, variantId: string, as: Attempt) => Promise<unknown>][] =
    [
      ["read", (cartId, _, as) => shop.get(cartId, ...as)],
      ["add", (cartId, variantId, as) => shop.add(cartId, variantId, 1, ...as)],
      [
        "change",
        (cartId, variantId, as) =>
          harness.call(carts.ChangeLine, { cartId, variantId, quantity: 1 }, ...as),
      ],
      [
        "remove",
        (cartId, variantId, as) => harness.call(carts.RemoveLine, { cartId, variantId }, ...as),
      ],
      [
        "use a coupon",
        (cartId, _, as) => harness.call(carts.AddCoupon, { cartId, code: "TEN" }, ...as),
      ],
      [
        "drop a coupon",
        (cartId, _, as) => harness.call(carts.RemoveCoupon, { cartId, code: "TEN" }, ...as),
      ],
    ];
  type Attempt = Parameters<typeof shop.start>;

  test.each(attempts)("to whoever wants to %s", async (_, attempt) => {
    const { cart, variantId } = await shop.filled();
    const guest = await aGuest(shop);
    await shop.add(guest.cartId, variantId, 1, undefined, guest.meta);
    const notFound = failing(carts.CartNotFound, { code: 404 });

    const other = await aGuest(shop);
    const asking: Attempt[] = [[aPerson()], [undefined], [undefined, other.meta]];
    for (const as of [...asking, [aPerson("admin")] as Attempt]) {
      await expect(attempt(cart.id, variantId, as)).rejects.toEqual(notFound);
      await expect(attempt(guest.cartId, variantId, as)).rejects.toEqual(notFound);
      await expect(attempt(v7(), variantId, as)).rejects.toEqual(notFound);
    }
    expect((await shop.get(guest.cartId, undefined, guest.meta)).version).toBe(1);
  });

  test.each(["", "x", "x".repeat(43), `${"x".repeat(43)}\n`, 7 as unknown as string])(
    "with the token %j",
    async (guestToken) => {
      const { cartId } = await aGuest(shop);
      await expect(shop.get(cartId, undefined, { guestToken })).rejects.toEqual(
        failing(carts.CartNotFound),
      );
    },
  );
});

describe("the current cart", () => {
  test("is the open one that was changed last", async () => {
    const { person, cart, variantId } = await shop.filled();
    await shop.filled(person);
    await shop.add(cart.id, variantId, 1, person);
    expect(await harness.call(carts.GetCurrentCart, {}, person)).toMatchObject({ id: cart.id });
  });

  test("is not there without an open cart, and guests have none", async () => {
    await expect(harness.call(carts.GetCurrentCart, {}, aPerson())).rejects.toEqual(
      failing(carts.CartNotFound),
    );
    await expect(harness.call(carts.GetCurrentCart, {})).rejects.toMatchObject({ code: 401 });
  });
});
