/** What a cart shows of prices and coupons, and when it cannot. */
import * as carts from "../../../services/carts/carts.contract.ts";
import { CouponExpired, CouponNotFound } from "../../../services/pricing/contract/failures.ts";
import { aPerson, type Stage, type TestPerson } from "../../support/stage.ts";
import { openShop, type Shop, UNIT_MINOR } from "./shop.ts";

let shop: Shop;
let harness: Stage;
beforeAll(async () => {
  shop = await openShop();
  harness = shop.play;
});
afterAll(() => harness.leave());

const use = (cartId: string, code: string, person: TestPerson) =>
  harness.call(carts.AddCoupon, { cartId, code }, person);

describe("prices", () => {
  test("are today's, asked in the cart's currency for its customer", async () => {
    const { person, cart, variantId } = await shop.filled();
    shop.world.unitMinor = 300;
    const dearer = await shop.get(cart.id, person);
    shop.world.unitMinor = UNIT_MINOR;
    expect(dearer).toMatchObject({ priced: true, totals: { subtotalMinor: 600, totalMinor: 600 } });
    expect(dearer.lines).toMatchObject([{ unitMinor: 300, totalMinor: 600 }]);
    expect(shop.world.asked.at(-1)).toEqual({
      lines: [{ variantId, quantity: 2 }],
      currency: "EUR",
      customerId: person.id,
    });
    expect(await shop.freeze(cart.id, person.id)).toMatchObject({ shownTotalMinor: 600 });
  });

  test("when pricing does not answer in time, the cart is shown without", async () => {
    const { person, cart } = await shop.filled();
    const waiting = Promise.withResolvers<void>();
    shop.world.pricingWaits = waiting.promise;
    const seen = await shop.get(cart.id, person);
    waiting.resolve();
    shop.world.pricingWaits = undefined;
    expect(seen).toMatchObject({ priced: false, unpricedReason: "REQUEST_TIMEOUT" });
    expect(seen.totals).toBeUndefined();
    expect(seen.lines).toMatchObject([{ quantity: 2, sku: expect.any(String) }]);
    expect(seen.lines[0]?.totalMinor).toBeUndefined();
  });
});

describe("coupons", () => {
  test("a good one is used, once, however it is written; and can be dropped, twice", async () => {
    const { person, cart } = await shop.filled();
    const once = await use(cart.id, " ten ", person);
    expect(once).toMatchObject({ version: 2, coupons: ["TEN"], totals: { discountMinor: 10 } });
    expect(await use(cart.id, "TEN", person)).toMatchObject({ version: 2, coupons: ["TEN"] });

    const drop = () => harness.call(carts.RemoveCoupon, { cartId: cart.id, code: "Ten" }, person);
    expect(await drop()).toMatchObject({ version: 3, coupons: [], totals: { discountMinor: 0 } });
    expect(await drop()).toMatchObject({ version: 3 });
  });

  test("a bad one is refused in pricing's words, and nothing is kept", async () => {
    const { person, cart } = await shop.filled();
    await expect(use(cart.id, "NO", person)).rejects.toMatchObject({
      type: CouponNotFound.type,
      code: 404,
      data: { code: "NO" },
    });
    expect(await shop.get(cart.id, person)).toMatchObject({ version: 1, coupons: [] });
  });

  test("none is taken while pricing cannot judge it", async () => {
    const { person, cart } = await shop.filled();
    shop.world.pricingWaits = Promise.reject(new Error("no prices today"));
    shop.world.pricingWaits.catch(() => undefined);
    await expect(use(cart.id, "TEN", person)).rejects.toThrow("no prices today");
    shop.world.pricingWaits = undefined;
    expect(await shop.get(cart.id, person)).toMatchObject({ coupons: [] });
  });

  test("an empty cart takes none", async () => {
    const person = aPerson();
    const { id } = await shop.start(person);
    await expect(use(id, "TEN", person)).rejects.toMatchObject({ type: carts.CartEmpty.type });
  });

  test("at most five are taken, also of many at once", async () => {
    const { person, cart } = await shop.filled();
    const codes = Array.from({ length: 8 }, (_, n) => `CODE-${n}`);
    for (const code of codes) shop.world.coupons.add(code);
    const all = await Promise.allSettled(codes.map((code) => use(cart.id, code, person)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    await expect(use(cart.id, "TEN", person)).rejects.toMatchObject({
      type: carts.CartCouponsFull.type,
    });
  });

  test("one that has ended since is left out of the price and said; the others count", async () => {
    const { person, cart } = await shop.filled();
    shop.world.coupons.add("SUMMER");
    await use(cart.id, "SUMMER", person);
    await use(cart.id, "TEN", person);
    shop.world.expired.add("SUMMER");
    expect(await shop.get(cart.id, person)).toMatchObject({
      priced: true,
      coupons: ["SUMMER", "TEN"],
      refusedCoupons: [{ code: "SUMMER", reason: CouponExpired.type }],
      totals: { discountMinor: 10 },
    });
  });
});

test("with no node that knows prices, a cart can be filled and shown all the same", async () => {
  const other = await openShop({ priced: false });
  await using _ = other.play;
  const { cart, person } = await other.filled();
  expect(cart).toMatchObject({ priced: false, unpricedReason: "SERVICE_NOT_FOUND" });
  expect((await other.get(cart.id, person)).lines).toMatchObject([{ quantity: 2 }]);
});
