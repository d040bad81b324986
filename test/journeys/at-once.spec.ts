/** The same wish many times over, and several people at the same thing, over HTTP. */
import { type Company, company, MODES } from "../support/company.ts";
import { expectProblem } from "../support/answers.ts";
import { eventually } from "../support/stage.ts";
import {
  aKey,
  aShopper,
  aStore,
  goods,
  order,
  pay,
  staff,
  statusOf,
  type Person,
  stockOf,
} from "../support/trade.ts";
import { watcher } from "../support/watcher.ts";

interface Cart {
  id: string;
  version: number;
}

describe.each(MODES)("at once, %s", (mode) => {
  let shop: Company;
  let web: { storeId: string; code: string };
  let ada: Person;
  beforeAll(async () => {
    shop = await company(mode);
    [web, ada] = await Promise.all([aStore(shop, { shipsWeb: true }), aShopper(shop)]);
  }, 60_000);
  afterAll(() => shop.leave());

  const stocked = (quantity: number) => goods(shop, { stock: { [web.code]: quantity } });

  test("the same key is one order, however often and at once it is sent", async () => {
    const bob = await aShopper(shop);
    const { productId, variantId } = await stocked(100);
    const mine = aKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => order(shop, bob, productId, 1, mine)),
    );
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(1);
    expect(await stockOf(shop, variantId)).toEqual({ onHand: 100, reserved: 1 });

    expectProblem(await order(shop, bob, productId, 2, mine), 422, "IDEMPOTENCY_KEY_REUSED", "en");
    expect(await order(shop, ada, productId, 1, mine)).toMatchObject({ status: 201 });
    expectProblem(
      await order(shop, bob, productId, 1, "a key"),
      400,
      "IDEMPOTENCY_KEY_INVALID",
      "en",
    );
  });

  test("an order that is paid ten times at once is charged once", async () => {
    const bob = await aShopper(shop);
    const { productId, variantId } = await stocked(10);
    const { orderId } = (await order(shop, bob, productId, 1)).body;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => pay(shop, bob, orderId, 899.99)),
    );
    // Who comes while another attempt is with the provider is told to look again.
    const known = answers.map(({ status, body }) => `${status} ${body.code ?? body.status}`);
    expect(known).toContain("200 SUCCESS");
    const fine = ["200 SUCCESS", "202 PENDING", "409 PAYMENT_IN_PROGRESS"];
    expect(known.filter((one) => !fine.includes(one))).toEqual([]);
    await eventually(async () => expect(await statusOf(shop, bob, orderId)).toBe("paid"));
    const captured = await shop
      .db("payments")
      .sql.rows("select id from payment where order_id = $1 and state = 'captured'", [orderId]);
    expect(captured).toHaveLength(1);
    expect(await stockOf(shop, variantId)).toEqual({ onHand: 9, reserved: 0 });
  });

  test("a payment that was declined can be tried again", async () => {
    const bob = await aShopper(shop);
    const { productId } = await stocked(10);
    const { orderId } = (await order(shop, bob, productId, 1)).body;
    const declined = { orderId, amount: 899.99, simulate: { decline: true, reason: "no_funds" } };
    const answer = await shop.http.post("/payments", declined, bob.token, aKey());
    expectProblem(answer, 402, "PAYMENT_DECLINED", "en");
    expect(await statusOf(shop, bob, orderId)).toBe("awaiting_payment");
    expect(await pay(shop, bob, orderId, 899.99)).toMatchObject({ body: { status: "SUCCESS" } });
    await eventually(async () => expect(await statusOf(shop, bob, orderId)).toBe("paid"));
  });

  test("who changes a cart that was changed meanwhile is told", async () => {
    const { http } = shop;
    const bob = await aShopper(shop);
    const { token } = bob;
    const { variantId } = await stocked(50);
    const { body: cart, headers } = await http.post<Cart>("/carts", {}, token);
    expect(headers.etag).toMatch(new RegExp(`^"${cart.version}-[0-9a-f]{24}"$`));
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
      const { orderId } = (await order(shop, bob, productId, 1)).body;
      for (const room of [`order:${orderId}`, `saga:${orderId}`, `user:${bob.id}`]) {
        expect(await mine.join(room)).toMatchObject({ ok: true });
        expect(await theirs.join(room)).toEqual({ ok: false, code: "ROOM_REFUSED" });
      }
      for (const room of ["admin", `store:${web.storeId}`, "user:*", "order:", "*"])
        expect(await theirs.join(room)).toMatchObject({ ok: false });
      expect(await pay(shop, bob, orderId, 899.99)).toMatchObject({ status: 200 });
      await eventually(() => {
        expect(mine.names()).toEqual(
          expect.arrayContaining(["new-order", "order.awaiting_payment", "order-processed"]),
        );
        expect(mine.steps()).toEqual(["pay captured", "commit committed"]);
      });
      expect(theirs.heard).toEqual([]);
    } finally {
      mine.close();
      theirs.close();
    }
    await expect(watcher(shop.base)).rejects.toThrow("NOT_SIGNED_IN");
    await expect(watcher(shop.base, "a.b.c")).rejects.toThrow("TOKEN_INVALID");
  });

  test("a product's page is kept, is named by its ETag, and is another in each language", async () => {
    const { productId, priceMinor } = await stocked(5);
    const get = (headers: Record<string, string>) =>
      shop.http.ask<{ name?: string }>("GET", `/products/${productId}`, { headers });
    await get({});
    const retained = await get({});
    const etag = String(retained.headers.etag);
    expect(await get({ "if-none-match": etag })).toMatchObject({ status: 304, body: {} });
    const french = await get({ "accept-language": "fr", "if-none-match": etag });
    expect(french).toMatchObject({ status: 200, body: { name: `${retained.body.name} (fr)` } });
    expect(french.headers.vary).toMatch(/accept-language/i);

    const editor = await staff(shop, "editor");
    const { body: page } = await get({});
    const { variantId } = page as { variantId?: string };
    const price = { variantId, currency: "EUR", priceMinor: priceMinor - 100 };
    const set = { body: { prices: [price] }, token: editor.token };
    expect(await shop.http.ask("PUT", "/prices", set)).toMatchObject({ status: 200 });
    await eventually(async () =>
      expect(await get({ "if-none-match": etag })).toMatchObject({
        status: 200,
        body: { price: 898.99 },
      }),
    );
  });

  test("an editor who saw an older version of a product is told, by If-Match or by its number", async () => {
    const { productId } = await stocked(5);
    const { token } = await staff(shop, "editor");
    const edit = (vendor: string, ifMatch: string) =>
      shop.http.ask<{ version: number }>("PATCH", `/products/${productId}`, {
        body: { vendor },
        token,
        headers: { "if-match": ifMatch },
      });
    const { body } = await shop.http.get<{ version: number }>(`/products/${productId}`);
    const first = await edit("Atelier", `"${body.version}"`);
    expect(first).toMatchObject({ status: 200, body: { vendor: "Atelier" } });
    expect(first.headers.etag).toMatch(new RegExp(`^"${first.body.version}-`));
    expectProblem(await edit("Other", `"${body.version}"`), 409, "PRODUCT_CHANGED", "en");
    expect(await edit("Other", String(first.headers.etag))).toMatchObject({ status: 200 });
  });
});
