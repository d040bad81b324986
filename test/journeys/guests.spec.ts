/** Somebody fills a cart as a guest, and signs in or registers: it is theirs. */
import { createHash } from "node:crypto";
import { type Company, company, MODES } from "../support/company.ts";
import { expectProblem } from "../support/answers.ts";
import { eventually } from "../support/stage.ts";
import { aName, aShopper, aStore, goods, type Person, staff } from "../support/trade.ts";
import { watcher } from "../support/watcher.ts";

const LOGINS = ["/auth/login", "/users/login", "/api/auth/login"] as const;
const REGISTERING = ["/auth/register", "/users/register", "/api/auth/register"] as const;
const NO_TOKENS = {
  "that nobody has a cart of": "x".repeat(43),
  "of no characters": "",
  "that is too short": "x".repeat(42),
  "of five thousand characters": "x".repeat(5_000),
  "of quotes": "' or 1=1 --",
  "of several": `${"x".repeat(43)}, ${"y".repeat(43)}`,
};

interface Cart {
  readonly id: string;
  readonly token?: string;
  readonly customerId?: string;
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
}
interface SignedIn {
  readonly token: string;
  readonly user: { readonly id: string };
}

describe.each(MODES)("with what they chose as a guest, %s", (mode) => {
  let shop: Company;
  let ada: Person;
  let variantId: string;
  beforeAll(async () => {
    shop = await company(mode);
    ada = await aShopper(shop);
    const { code } = await aStore(shop, { shipsWeb: true });
    ({ variantId } = await goods(shop, { stock: { [code]: 100 } }));
  }, 60_000);
  afterAll(() => shop.leave());

  /** Somebody who has chosen so many and has not signed in. */
  const aGuest = async (quantity: number) => {
    const { body: cart } = await shop.http.post<Cart>("/carts", {});
    const headers = { "x-cart-token": cart.token ?? "" };
    const body = { variantId, quantity };
    await shop.http.ask("POST", `/carts/${cart.id}/lines`, { body, headers });
    return { cartId: cart.id, headers };
  };
  const asGuest = (path: string, body: object, headers: Record<string, string>) =>
    shop.http.ask<SignedIn>("POST", path, { body, headers });
  const credentials = ({ email, password }: Person) => ({ email, password });
  const current = async (token: string, headers = {}) =>
    (await shop.http.ask<Cart>("GET", "/carts/current", { token, headers })).body;

  test.each(LOGINS)("POST %s makes it theirs, once", async (path) => {
    const eve = await aShopper(shop);
    const { body: own } = await shop.http.post<Cart>("/carts", {}, eve.token);
    await shop.http.post(`/carts/${own.id}/lines`, { variantId, quantity: 1 }, eve.token);
    const { cartId, headers } = await aGuest(2);
    await asGuest(path, credentials(eve), headers);
    const { token } = (await asGuest(path, credentials(eve), headers)).body;
    const mine = { id: own.id, customerId: eve.id, lines: [{ variantId, quantity: 3 }] };
    await eventually(async () => expect(await current(token)).toMatchObject(mine));
    const again = await shop.http.ask("POST", "/carts/merge", {
      body: { cartId },
      token,
      headers,
    });
    expect(again).toMatchObject({ status: 200, body: { ...mine, version: 2 } });
    const asked = await shop.http.ask("GET", `/carts/${cartId}`, { headers });
    expectProblem(asked, 404, "CART_NOT_FOUND", "en");
  });

  test.each(REGISTERING)("POST %s makes it theirs", async (path) => {
    const { cartId, headers } = await aGuest(4);
    const { status, body } = await asGuest(path, aName("new"), headers);
    expect(status).toBe(201);
    await eventually(async () =>
      expect(await current(body.token)).toMatchObject({
        id: cartId,
        customerId: body.user.id,
        lines: [{ variantId, quantity: 4 }],
      }),
    );
  });

  test("whoever looks at once sees it", async () => {
    const eve = await aShopper(shop);
    const { cartId, headers } = await aGuest(2);
    const { body } = await asGuest("/auth/login", credentials(eve), headers);
    expect(await current(body.token, headers)).toMatchObject({
      id: cartId,
      customerId: eve.id,
      lines: [{ variantId, quantity: 2 }],
    });
  });

  test("whoever asks to merge it is answered it at once", async () => {
    const eve = await aShopper(shop);
    const { cartId, headers } = await aGuest(2);
    const { body } = await asGuest("/auth/login", credentials(eve), headers);
    const merging = { body: { cartId }, token: body.token };
    const merged = await shop.http.ask("POST", "/carts/merge", { ...merging, headers });
    const mine = { id: cartId, customerId: eve.id, lines: [{ variantId, quantity: 2 }] };
    expect(merged).toMatchObject({ status: 200, body: mine });
    expect(await current(body.token)).toMatchObject(mine);
  });

  test("a wrong password or a name that is taken leaves it a guest's", async () => {
    const { cartId, headers } = await aGuest(2);
    const wrong = { email: ada.email, password: "not the password" };
    const refused = await asGuest("/auth/login", wrong, headers);
    expectProblem(refused, 401, "WRONG_CREDENTIALS", "en");
    const taken = { ...aName("new"), email: ada.email };
    const exists = await asGuest("/auth/register", taken, headers);
    expectProblem(exists, 409, "ACCOUNT_EXISTS", "en");

    // What is told later is heard later: once this is here, the refused ones would be.
    const next = await aGuest(1);
    const { body } = await asGuest("/auth/login", credentials(ada), next.headers);
    await eventually(async () => expect((await current(body.token)).id).toBe(next.cartId));
    const retained = await shop.http.ask<Cart>("GET", `/carts/${cartId}`, { headers });
    expect(retained).toMatchObject({ status: 200, body: { lines: [{ quantity: 2 }] } });
    expect(retained.body.customerId).toBeUndefined();
  });

  test.each(Object.entries(NO_TOKENS))(
    "with a token %s they sign in, and have nobody's cart",
    async (_, guest) => {
      const eve = await aShopper(shop);
      const headers = { "x-cart-token": guest };
      const { status, body } = await asGuest("/auth/login", credentials(eve), headers);
      expect(status).toBe(200);
      const none = await shop.http.get("/carts/current", body.token);
      expectProblem(none, 404, "CART_NOT_FOUND", "en");
    },
  );

  test("whoever watches sees that their cart changed, and nobody sees the token or its hash", async () => {
    const eve = await aShopper(shop);
    const admin = await staff(shop, "admin");
    const [mine, all] = [
      await watcher(shop.base, eve.token),
      await watcher(shop.base, admin.token),
    ];
    try {
      const { cartId, headers } = await aGuest(2);
      await asGuest("/auth/login", credentials(eve), headers);
      await eventually(() => expect(mine.names()).toContain("cart.updated"));
      expect(mine.heard.map(({ data }) => data)).toContainEqual(
        expect.objectContaining({ cartId, customerId: eve.id }),
      );
      const token = headers["x-cart-token"];
      const hash = createHash("sha256").update(token).digest("hex");
      const seen = JSON.stringify([mine.heard, all.heard]);
      for (const secret of [token, hash]) expect(seen).not.toContain(secret);
      expect([...mine.names(), ...all.names()]).not.toContain("user.logged_in");
    } finally {
      mine.close();
      all.close();
    }
  });
});
