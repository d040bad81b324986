/** Carts that nobody comes back to. */
import { removeExpired } from "../../../services/carts/jobs/removeExpired.ts";
import { publishAbandoned } from "../../../services/carts/jobs/publishAbandoned.ts";
import * as carts from "../../../services/carts/carts.contract.ts";
import type { CartsService } from "../../../services/carts/carts.types.ts";
import { aPerson, type Stage } from "../../support/stage.ts";
import { aGuest, openShop, type Shop } from "./shop.ts";

let shop: Shop;
let harness: Stage;
beforeAll(async () => {
  shop = await openShop();
  harness = shop.play;
});
afterAll(() => harness.leave());

const notFound = expect.objectContaining({ type: carts.CartNotFound.type });
const service = () => harness.service<CartsService>("carts");
/** Makes the cart as old as if all of it had been so much earlier. */
const age = async (cartId: string, span: string) => {
  const aged = await harness.db("carts").sql.run(
    `update cart set changed_at = changed_at - $2::interval, expires_at = expires_at - $2::interval
     where id = $1`,
    [cartId, span],
  );
  expect(aged).toBe(1);
};
const abandoned = async (id: string) =>
  (await harness.published("carts", carts.CartAbandoned)).filter(({ cartId }) => cartId === id);
const exists = async (id: string) =>
  (await harness.db("carts").sql.row("select 1 as one from cart where id = $1", [id])) !==
  undefined;

describe("a filled cart left alone for a day", () => {
  test("is told once, by whichever node, and again only after another change", async () => {
    const { person, cart, variantId } = await shop.filled();
    await age(cart.id, "23 hours 59 minutes");
    await publishAbandoned.run(service());
    expect(await abandoned(cart.id)).toEqual([]);

    await age(cart.id, "2 minutes");
    await Promise.all([publishAbandoned.run(service()), publishAbandoned.run(service())]);
    await publishAbandoned.run(service());
    expect(await abandoned(cart.id)).toEqual([
      { cartId: cart.id, customerId: person.id, changedAt: expect.any(String) },
    ]);

    await shop.add(cart.id, variantId, 1, person);
    await publishAbandoned.run(service());
    expect(await abandoned(cart.id)).toHaveLength(1);
    await age(cart.id, "25 hours");
    await publishAbandoned.run(service());
    expect(await abandoned(cart.id)).toHaveLength(2);
  });

  test("is not told while it is empty or being ordered", async () => {
    const empty = await shop.start(aPerson());
    const { person, cart } = await shop.filled();
    await shop.freeze(cart.id, person.id);
    await age(empty.id, "2 days");
    await age(cart.id, "2 days");
    await publishAbandoned.run(service());
    expect(await abandoned(empty.id)).toEqual([]);
    expect(await abandoned(cart.id)).toEqual([]);
  });
});

describe("30 days after its last change", () => {
  test("an open cart is not found, and then removed with what was merged into it", async () => {
    const { person, cart, variantId } = await shop.filled();
    const guest = await aGuest(shop);
    await shop.add(guest.cartId, variantId, 1, undefined, guest.meta);
    await harness.call(carts.MergeCart, { cartId: guest.cartId }, person, guest.meta);
    const young = await shop.filled();
    await age(young.cart.id, "29 days 23 hours");
    await age(cart.id, "30 days 1 minute");
    await expect(shop.get(cart.id, person)).rejects.toEqual(notFound);
    await expect(shop.add(cart.id, variantId, 1, person)).rejects.toEqual(notFound);
    await expect(shop.freeze(cart.id, person.id)).rejects.toEqual(notFound);

    await removeExpired.run(service());
    expect(await exists(cart.id)).toBe(false);
    expect(await exists(guest.cartId)).toBe(false);
    expect(await exists(young.cart.id)).toBe(true);
  });

  test("a frozen or ordered one stays", async () => {
    const { person, cart } = await shop.filled();
    await shop.freeze(cart.id, person.id);
    await age(cart.id, "31 days");
    await removeExpired.run(service());
    expect(await shop.get(cart.id, person)).toMatchObject({ state: "frozen" });
  });

  test("a change gives it 30 days more", async () => {
    const { person, cart, variantId } = await shop.filled();
    await age(cart.id, "29 days");
    const changed = await shop.add(cart.id, variantId, 1, person);
    expect(Date.parse(changed.expiresAt) - Date.now()).toBeGreaterThan(29.9 * 86_400_000);
  });
});
