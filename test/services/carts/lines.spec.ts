import { NotSellable } from "../../../services/catalog/catalog.contract.ts";
/** What is in a cart, and which version of it was seen. */
import { v7 } from "uuid";
import * as carts from "../../../services/carts/carts.contract.ts";
import { KeyReused } from "../../../lib/idempotency.ts";
import { aPerson, type Stage } from "../../support/stage.ts";
import { failing, openShop, type Shop, UNIT_MINOR } from "./shop.ts";

let shop: Shop;
let harness: Stage;
beforeAll(async () => {
  shop = await openShop();
  harness = shop.play;
});
afterAll(() => harness.leave());

describe("lines", () => {
  test("the same variant adds up; its product means its first variant", async () => {
    const { person, cart, variantId } = await shop.filled();
    const { productId = "" } = shop.world.variants.get(variantId) ?? {};
    const after = await harness.call(
      carts.AddLine,
      { cartId: cart.id, productId, quantity: 3 },
      person,
      { language: "en" },
    );
    expect(after.lines).toEqual([
      {
        variantId,
        productId,
        sku: expect.stringMatching(/^TEA-/),
        title: "Green tea",
        quantity: 5,
        unitMinor: UNIT_MINOR,
        discountMinor: 0,
        totalMinor: 5 * UNIT_MINOR,
      },
    ]);
    expect(after).toMatchObject({ version: 2, totals: { totalMinor: 5 * UNIT_MINOR } });
    const french = await shop.get(cart.id, person, { language: "fr" });
    expect(french.lines[0]?.title).toBe("Thé vert");
  });

  test("fifty at once add up to the exact sum, and each is a version and is told", async () => {
    const person = aPerson();
    const { id } = await shop.start(person);
    const { variantId } = shop.aVariant();
    await Promise.all(Array.from({ length: 50 }, (_, n) => shop.add(id, variantId, n + 1, person)));
    const cart = await shop.get(id, person);
    expect(cart).toMatchObject({ version: 50, lines: [{ variantId, quantity: 1275 }] });
    const published = (await harness.published("carts", carts.CartUpdated)).filter(
      ({ cartId }) => cartId === id,
    );
    expect(published.map(({ version }) => version)).toEqual(
      Array.from({ length: 50 }, (_, n) => n + 1),
    );
    expect(published[0]).toEqual({ cartId: id, customerId: person.id, version: 1 });
  });

  test("ten times with one key at once add once", async () => {
    const { person, cart, variantId } = await shop.filled();
    const meta = { key: v7() };
    await Promise.all(
      Array.from({ length: 10 }, () => shop.add(cart.id, variantId, 4, person, meta)),
    );
    expect((await shop.get(cart.id, person)).lines).toMatchObject([{ quantity: 6 }]);
    await expect(shop.add(cart.id, variantId, 5, person, meta)).rejects.toEqual(failing(KeyReused));
  });

  test("there are at most 9,999 of one", async () => {
    const { person, cart, variantId } = await shop.filled();
    await shop.add(cart.id, variantId, 9_997, person);
    await expect(shop.add(cart.id, variantId, 1, person)).rejects.toEqual(
      failing(carts.LineTooLarge, {
        code: 422,
        data: { variantId, quantity: 10_000, limit: 9_999 },
      }),
    );
  });

  test("there are at most 100 lines, also when the last ones come at once", async () => {
    const { person, cart } = await shop.filled();
    const rest = Array.from({ length: 103 }, () => shop.aVariant().variantId);
    const all = await Promise.allSettled(rest.map((one) => shop.add(cart.id, one, 1, person)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(99);
    expect((await shop.get(cart.id, person)).lines).toHaveLength(100);
    await expect(shop.add(cart.id, shop.aVariant().variantId, 1, person)).rejects.toEqual(
      failing(carts.CartFull),
    );
  });

  test("what is unknown or not for sale is refused", async () => {
    const { person, cart } = await shop.filled();
    const hidden = shop.aVariant({ sellable: false }).variantId;
    for (const variantId of [hidden, v7()])
      await expect(shop.add(cart.id, variantId, 1, person)).rejects.toEqual(
        failing(NotSellable, { code: 422, data: { variantId } }),
      );
  });

  test("both a variant and a product, none, or a quantity out of range are refused", async () => {
    const { person, cart, variantId } = await shop.filled();
    const { productId } = shop.aVariant();
    const ask = (more: object) =>
      harness.call(carts.AddLine, { cartId: cart.id, quantity: 1, ...more }, person);
    for (const more of [{}, { variantId, productId }, { variantId, quantity: 0 }])
      await expect(ask(more)).rejects.toMatchObject({ type: "INVALID_INPUT" });
    const none = { cartId: cart.id, variantId, quantity: 0 };
    await expect(harness.call(carts.ChangeLine, none, person)).rejects.toMatchObject({
      type: "INVALID_INPUT",
    });
  });

  test("a quantity is set, twice the same makes one version; what is not there is not found", async () => {
    const { person, cart, variantId } = await shop.filled();
    const set = (quantity: number, of = variantId) =>
      harness.call(carts.ChangeLine, { cartId: cart.id, variantId: of, quantity }, person);
    expect(await set(7)).toMatchObject({ version: 2, lines: [{ quantity: 7 }] });
    expect(await set(7)).toMatchObject({ version: 2, lines: [{ quantity: 7 }] });
    await expect(set(1, v7())).rejects.toEqual(failing(carts.LineNotFound, { code: 404 }));
  });

  test("a line is removed; asked twice it is removed still", async () => {
    const { person, cart, variantId } = await shop.filled();
    const remove = () => harness.call(carts.RemoveLine, { cartId: cart.id, variantId }, person);
    expect(await remove()).toMatchObject({ version: 2, lines: [] });
    expect(await remove()).toMatchObject({ version: 2, lines: [] });
  });
});

describe("a change of a version that is no longer", () => {
  test("is refused with what is different, and changes nothing", async () => {
    const { person, cart, variantId } = await shop.filled();
    const more = shop.aVariant().variantId;
    const gone = shop.aVariant().variantId;
    await shop.add(cart.id, variantId, 3, person);
    await shop.add(cart.id, more, 1, person);
    await shop.add(cart.id, gone, 1, person);
    await harness.call(carts.RemoveLine, { cartId: cart.id, variantId: gone }, person);
    await harness.call(carts.AddCoupon, { cartId: cart.id, code: "ten" }, person);

    const late = { cartId: cart.id, variantId, quantity: 1, version: 1 };
    const changed = failing(carts.CartChanged, {
      code: 409,
      data: {
        cartId: cart.id,
        version: 6,
        differences: [
          { variantId, before: 2, after: 5 },
          { variantId: more, before: 0, after: 1 },
          { coupon: "TEN", change: "added" },
        ],
      },
    });
    await expect(harness.call(carts.ChangeLine, late, person)).rejects.toEqual(changed);
    await expect(harness.call(carts.AddLine, late, person)).rejects.toEqual(changed);
    expect((await shop.get(cart.id, person)).version).toBe(6);
  });

  test("of two of the same version at once, one is done", async () => {
    const { person, cart, variantId } = await shop.filled();
    const all = await Promise.allSettled(
      [5, 6].map((quantity) =>
        harness.call(
          carts.ChangeLine,
          { cartId: cart.id, variantId, quantity, version: 1 },
          person,
        ),
      ),
    );
    expect(all.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});
