/** From looking around to a paid order, over HTTP. */
import { type Company, company, MODES } from "../support/company.ts";
import { expectProblem } from "../support/answers.ts";
import { eventually } from "../support/stage.ts";
import {
  aKey,
  aShopper,
  aStore,
  coupon,
  goods,
  order,
  type Ordered,
  pay,
  type Person,
  statusOf,
  stockOf,
} from "../support/trade.ts";

interface Cart {
  id: string;
  version: number;
  token?: string;
  lines: { variantId: string; quantity: number }[];
  totals?: { totalMinor: number };
}
interface Timeline {
  timeline: { kind: string; step?: string; outcome?: string; text?: string }[];
}
describe.each(MODES)("ordering, %s", (mode) => {
  let shop: Company;
  let web: { storeId: string; code: string };
  let ada: Person;
  beforeAll(async () => {
    shop = await company(mode);
    [web, ada] = await Promise.all([aStore(shop, { shipsWeb: true }), aShopper(shop)]);
  }, 60_000);
  afterAll(() => shop.leave());

  const stocked = (quantity: number, priceMinor?: number) =>
    goods(shop, { stock: { [web.code]: quantity }, ...(priceMinor && { priceMinor }) });
  test("an express order is answered exactly as the old clients know it", async () => {
    const { productId, title, priceMinor } = await stocked(5);
    const french = { "accept-language": "fr" };
    const { http } = shop;

    const list = await http.ask<{ products: { id: string }[] }>("GET", "/products", {});
    expect(list.body.products.find(({ id }) => id === productId)).toMatchObject({
      id: productId,
      name: title,
      price: 899.99,
      description: "As described.",
      priceMinor,
      currency: "EUR",
    });
    const one = await http.ask("GET", `/products/${productId}`, { headers: french });
    expect(one).toMatchObject({
      status: 200,
      body: { id: productId, name: `${title} (fr)`, price: 899.99, description: "Comme décrit." },
    });

    const body = { userId: ada.id, productId, quantity: 2 };
    const { token } = ada;
    const placed = await http.ask<Ordered>("POST", "/orders", { body, token, headers: french });
    const { orderId } = placed.body;
    expect(placed).toMatchObject({
      status: 201,
      body: {
        success: true,
        message: "Commande créée et envoyée pour traitement",
        orderId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
    });
    const paying = { orderId, amount: 1799.98 };
    const paid = await http.ask("POST", "/payments", { body: paying, token, headers: french });
    expect(paid).toMatchObject({
      status: 200,
      body: { success: true, message: "Paiement traité avec succès", status: "SUCCESS" },
    });
    await eventually(async () => expect(await statusOf(shop, ada, orderId)).toBe("paid"));
    const mine = await http.get<{ items: { id: string }[] }>("/orders", token);
    expect(mine.body.items.map(({ id }) => id)).toContain(orderId);
  });

  test("a guest fills a cart, registers, and pays what the cart showed", async () => {
    const { http } = shop;
    const [lamp, rug, code] = await Promise.all([
      stocked(10, 10_000),
      stocked(10, 2_550),
      coupon(shop, 10),
    ]);
    const guest = await http.post<Cart>("/carts", {});
    const { id: cartId, token: cartToken = "" } = guest.body;
    const headers = { "x-cart-token": cartToken };
    for (const { variantId } of [lamp, rug]) {
      const body = { variantId, quantity: 2 };
      const added = await http.ask("POST", `/carts/${cartId}/lines`, { body, headers });
      expect(added).toMatchObject({ status: 200 });
    }
    expectProblem(await http.get(`/carts/${cartId}`), 404, "CART_NOT_FOUND", "en");

    const eve = await aShopper(shop);
    const { token } = eve;
    const merging = { body: { cartId }, token, headers };
    const merged = await http.ask<Cart>("POST", "/carts/merge", merging);
    expect(merged).toMatchObject({
      status: 200,
      body: { customerId: eve.id, totals: { totalMinor: 25_100 } },
    });
    const mine = merged.body.id;
    const path = `/carts/${mine}/coupons`;
    const cut = await http.post<Cart>(path, { code }, token);
    expect(cut).toMatchObject({ status: 200, body: { totals: { totalMinor: 22_590 } } });

    const checkout = `/carts/${mine}/checkout`;
    const placed = await http.post<Ordered>(checkout, { version: cut.body.version }, token, aKey());
    expect(placed).toMatchObject({
      status: 201,
      body: { order: { status: "awaiting_payment", totalMinor: 22_590, coupons: [code] } },
    });
    const { orderId } = placed.body;
    expectProblem(await pay(shop, eve, orderId, 225.89), 422, "AMOUNT_MISMATCH", "en");
    expect(await pay(shop, eve, orderId, 225.9)).toMatchObject({ status: 200 });
    await eventually(async () => expect(await statusOf(shop, eve, orderId)).toBe("paid"));

    const { body } = await http.get<Timeline>(`/orders/${orderId}/timeline`, token);
    const steps = body.timeline.map(({ step, outcome }) => `${step} ${outcome}`);
    expect(steps).toEqual([
      "coupons begun",
      "coupons held",
      "reserve reserved",
      "pay opened",
      "pay captured",
      "commit committed",
    ]);
    expect(await stockOf(shop, lamp.variantId)).toEqual({ onHand: 8, reserved: 0 });
    await eventually(async () =>
      expect(await http.get(`/carts/${mine}`, token)).toMatchObject({
        body: { state: "converted" },
      }),
    );
  });

  test("the shop is found: by words, by price, by what can be had", async () => {
    const { http } = shop;
    const word = `zzyzx${Date.now()}`;
    const make = (title: string, priceMinor: number, quantity: number) =>
      goods(shop, { stock: { [web.code]: quantity }, priceMinor, title: `${title} ${word}` });
    await Promise.all([
      make("Alpha", 1_000, 3),
      make("Beta", 2_000, 30),
      make("Gamma", 3_000, 300),
    ]);
    const found = async (query: string) =>
      (
        await http.get<{ products: { name: string }[] }>(`/products?q=${word}&${query}`)
      ).body.products
        .map(({ name }) => name.split(" ")[0])
        .join(" ");
    await eventually(async () => expect(await found("sort=price")).toBe("Alpha Beta Gamma"));
    expect(await found("sort=-price")).toBe("Gamma Beta Alpha");
    expect(await found("minPrice=15&maxPrice=25")).toBe("Beta");
    expect(await found("sort=price&inStock=true")).toBe("Alpha Beta Gamma");
    expect(await http.get(`/search?q=${word}`)).toMatchObject({ status: 200, body: { total: 3 } });
  });

  test("when too few are left, nothing is taken and the customer is told", async () => {
    const { productId, variantId } = await stocked(3);
    const answer = await order(shop, ada, productId, 4);
    expectProblem(answer, 409, "OUT_OF_STOCK", "en");
    expect(await stockOf(shop, variantId)).toEqual({ onHand: 3, reserved: 0 });
    const payments = await shop.http.get<{ items: { state: string }[] }>("/payments", ada.token);
    expect(payments.body.items.filter(({ state }) => state === "captured").length).toBeLessThan(2);
    expect(await order(shop, ada, productId, 3)).toMatchObject({ status: 201 });
    expectProblem(await order(shop, ada, productId, 1), 409, "OUT_OF_STOCK", "en");
  });

  test("who cancels before paying gives everything back", async () => {
    const bob = await aShopper(shop);
    const { productId, variantId } = await stocked(3);
    const { orderId } = (await order(shop, bob, productId, 3)).body;
    expect(await stockOf(shop, variantId)).toEqual({ onHand: 3, reserved: 3 });
    for (let times = 0; times < 2; times += 1) {
      const path = `/orders/${orderId}/cancel`;
      const cancelled = await shop.http.post(path, { reason: "Changed my mind" }, bob.token);
      expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled" } });
    }
    expect(await stockOf(shop, variantId)).toEqual({ onHand: 3, reserved: 0 });
    expectProblem(await pay(shop, bob, orderId, 2_699.97), 409, "ORDER_NOT_PAYABLE", "en");
    expect(await order(shop, bob, productId, 3)).toMatchObject({ status: 201 });
  });
});
