/** From looking around to a paid order, over HTTP. */
import { type Company, company, MODES } from "../support/company.ts";
import { expectProblem } from "../support/answers.ts";
import { eventually } from "../support/stage.ts";
import { aShopper, aStore, coupon, goods, type Person } from "../support/trade.ts";
import { watcher } from "../support/watcher.ts";

interface Cart {
  id: string;
  version: number;
  token?: string;
  lines: { variantId: string; quantity: number }[];
  totals?: { totalMinor: number };
}
interface Ordered {
  orderId: string;
  message: string;
  order: { status: string; totalMinor: number };
}
interface Timeline {
  timeline: { kind: string; step?: string; outcome?: string; text?: string }[];
}
const key = (): string => crypto.randomUUID();

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
  const order = (person: Person, productId: string, quantity: number, idempotencyKey = key()) =>
    shop.http.post<Ordered>(
      "/orders",
      { userId: person.id, productId, quantity },
      person.token,
      idempotencyKey,
    );
  const pay = (person: Person, orderId: string, amount: number) =>
    shop.http.post<{ status: string }>("/payments", { orderId, amount }, person.token, key());
  const stockOf = async (variantId: string) => {
    const level = await shop
      .db("inventory")
      .sql.row<{ on_hand: number; reserved: number }>(
        "select on_hand::int, reserved::int from stock where variant_id = $1",
        [variantId],
      );
    return { onHand: level?.on_hand, reserved: level?.reserved };
  };
  const statusOf = async (person: Person, orderId: string) =>
    (await shop.http.get<{ status: string }>(`/orders/${orderId}`, person.token)).body.status;

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
    await eventually(async () => expect(await statusOf(ada, orderId)).toBe("paid"));
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
    const placed = await http.post<Ordered>(checkout, { version: cut.body.version }, token, key());
    expect(placed).toMatchObject({
      status: 201,
      body: { order: { status: "awaiting_payment", totalMinor: 22_590, coupons: [code] } },
    });
    const { orderId } = placed.body;
    expectProblem(await pay(eve, orderId, 225.89), 422, "AMOUNT_MISMATCH", "en");
    expect(await pay(eve, orderId, 225.9)).toMatchObject({ status: 200 });
    await eventually(async () => expect(await statusOf(eve, orderId)).toBe("paid"));

    const { body } = await http.get<Timeline>(`/orders/${orderId}/timeline`, token);
    const outcomes = body.timeline.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["begun", "held", "reserved", "opened", "captured", "committed"]);
    expect(await stockOf(lamp.variantId)).toEqual({ onHand: 8, reserved: 0 });
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
    const answer = await order(ada, productId, 4);
    expectProblem(answer, 409, "OUT_OF_STOCK", "en");
    expect(await stockOf(variantId)).toEqual({ onHand: 3, reserved: 0 });
    const payments = await shop.http.get<{ items: { state: string }[] }>("/payments", ada.token);
    expect(payments.body.items.filter(({ state }) => state === "captured").length).toBeLessThan(2);
    expect(await order(ada, productId, 3)).toMatchObject({ status: 201 });
    expectProblem(await order(ada, productId, 1), 409, "OUT_OF_STOCK", "en");
  });

  test("who cancels before paying gives everything back", async () => {
    const bob = await aShopper(shop);
    const { productId, variantId } = await stocked(3);
    const { orderId } = (await order(bob, productId, 3)).body;
    expect(await stockOf(variantId)).toEqual({ onHand: 3, reserved: 3 });
    for (let times = 0; times < 2; times += 1) {
      const path = `/orders/${orderId}/cancel`;
      const cancelled = await shop.http.post(path, { reason: "Changed my mind" }, bob.token);
      expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled" } });
    }
    expect(await stockOf(variantId)).toEqual({ onHand: 3, reserved: 0 });
    expectProblem(await pay(bob, orderId, 2_699.97), 409, "ORDER_NOT_PAYABLE", "en");
    expect(await order(bob, productId, 3)).toMatchObject({ status: 201 });
  });

  test("the same key is one order, however often and at once it is sent", async () => {
    const bob = await aShopper(shop);
    const { productId, variantId } = await stocked(100);
    const mine = key();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => order(bob, productId, 1, mine)),
    );
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(1);
    expect(await stockOf(variantId)).toEqual({ onHand: 100, reserved: 1 });

    expectProblem(await order(bob, productId, 2, mine), 422, "IDEMPOTENCY_KEY_REUSED", "en");
    expect(await order(ada, productId, 1, mine)).toMatchObject({ status: 201 });
    expectProblem(await order(bob, productId, 1, "a key"), 400, "IDEMPOTENCY_KEY_INVALID", "en");
  });

  test("who changes a cart that was changed meanwhile is told", async () => {
    const { http } = shop;
    const bob = await aShopper(shop);
    const { token } = bob;
    const { variantId } = await stocked(50);
    const { body: cart, headers } = await http.post<Cart>("/carts", {}, token);
    expect(headers.etag).toBe(`"${cart.version}"`);
    const path = `/carts/${cart.id}/lines`;
    const add = (etag: unknown) =>
      http.ask<Cart>("POST", path, {
        body: { variantId, quantity: 1 },
        token,
        headers: { "if-match": String(etag) },
      });
    const added = await add(headers.etag);
    expect(added).toMatchObject({ status: 200 });
    expect(added.headers.etag).not.toBe(headers.etag);
    expectProblem(await add(headers.etag), 409, "CART_CHANGED", "en");
    expect(await add(added.headers.etag)).toMatchObject({
      status: 200,
      body: { lines: [{ quantity: 2 }] },
    });
  });

  test("whoever may see an order sees it live, step by step; nobody else does", async () => {
    const bob = await aShopper(shop);
    const { productId } = await stocked(10);
    const [mine, theirs] = await Promise.all([
      watcher(shop.base, bob.token),
      watcher(shop.base, ada.token),
    ]);
    try {
      expect(mine.rooms).toContain(`user:${bob.id}`);
      const { orderId } = (await order(bob, productId, 1)).body;
      for (const room of [`order:${orderId}`, `saga:${orderId}`, `user:${bob.id}`]) {
        expect(await mine.join(room)).toMatchObject({ ok: true });
        expect(await theirs.join(room)).toEqual({ ok: false, code: "ROOM_REFUSED" });
      }
      for (const room of ["admin", `store:${web.storeId}`, "user:*", "order:", "*"])
        expect(await theirs.join(room)).toMatchObject({ ok: false });
      expect(await pay(bob, orderId, 899.99)).toMatchObject({ status: 200 });
      await eventually(() => {
        expect(mine.names()).toEqual(
          expect.arrayContaining(["new-order", "order.awaiting_payment", "order-processed"]),
        );
        expect(mine.outcomes()).toEqual(["captured", "committed"]);
      });
      expect(theirs.heard).toEqual([]);
    } finally {
      mine.close();
      theirs.close();
    }
    await expect(watcher(shop.base)).rejects.toThrow("NOT_SIGNED_IN");
    await expect(watcher(shop.base, "a.b.c")).rejects.toThrow("TOKEN_INVALID");
  });
});
