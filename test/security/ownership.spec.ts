/** What is another's is not there: 404 for whoever may do such things only with their own. */
import { type Company, company } from "../support/company.ts";
import { routesOf } from "../../lib/contract.ts";
import { ACTIONS } from "../../services/registry.ts";
import { expectProblem } from "../support/answers.ts";
import { aShopper, aStore, goods, type Person, staff } from "../support/trade.ts";

interface World {
  readonly shop: Company;
  readonly owner: Person;
  readonly ids: Readonly<Record<string, string>>;
  readonly cartToken: string;
}
let world: World;
let strangers: Readonly<Record<string, Person>>;

beforeAll(async () => {
  const shop = await company();
  const { http } = shop;
  const [here, there] = await Promise.all([aStore(shop, { shipsWeb: true }), aStore(shop)]);
  const [owner, manager, thing] = await Promise.all([
    aShopper(shop),
    staff(shop, "store_manager", [here.storeId]),
    goods(shop, { stock: { [here.code]: 50 } }),
  ]);
  const { token } = owner;
  const { variantId } = thing;
  const asked = { variantId, quantity: 1, storeId: here.storeId };
  const { body: order } = await http.post<{ orderId: string }>("/orders", asked, token);
  const { orderId } = order;
  const paying = { orderId, amount: thing.priceMinor / 100 };
  const { body: payment } = await http.post<{ paymentId: string }>("/payments", paying, token);
  const { body: cart } = await http.post<{ id: string }>("/carts", {}, token);
  const { body: guest } = await http.post<{ id: string; token: string }>("/carts", {});
  const { body: sessions } = await http.get<{ items: { id: string }[] }>("/auth/sessions", token);
  const counting = { storeId: here.storeId, variantIds: [variantId] };
  const { body: stocktake } = await http.post<{ id: string }>(
    "/stocktakes",
    counting,
    manager.token,
  );
  const both = await staff(shop, "store_manager", [here.storeId, there.storeId]);
  const third = await aStore(shop);
  const transfer = await http.post<{ id: string }>(
    "/stocks/transfers",
    { fromStoreId: here.storeId, toStoreId: there.storeId, lines: [{ variantId, quantity: 1 }] },
    both.token,
  );
  strangers = {
    user: await aShopper(shop),
    coach: await staff(shop, "coach"),
    cashier: await staff(shop, "cashier", [third.storeId]),
    manager: await staff(shop, "store_manager", [third.storeId]),
    clerk: await staff(shop, "stock_clerk", [third.storeId]),
  };
  world = {
    shop,
    owner,
    cartToken: guest.token,
    ids: {
      order: orderId,
      payment: payment.paymentId,
      cart: cart.id,
      guestCart: guest.id,
      user: owner.id,
      session: sessions.items[0]?.id ?? "",
      store: here.storeId,
      otherStore: there.storeId,
      stocktake: stocktake.id,
      transfer: transfer.body.id,
      variant: variantId,
    },
  };
  expect(Object.values(world.ids).filter((id) => !id)).toEqual([]);
}, 60_000);
afterAll(() => world.shop.leave());

const PEOPLE = ["user", "coach", "cashier", "manager", "clerk"];
const STOCK_STAFF = ["manager", "clerk"];

/** A request, who tries it, and by what it is not found. `{kind}` is the id of another's object. */
type Cell = [request: string, who: readonly string[], code: string, body?: object];
const CELLS: Cell[] = [
  ["GET /orders/{order}", PEOPLE, "ORDER_NOT_FOUND"],
  ["GET /orders/{order}/timeline", PEOPLE, "ORDER_NOT_FOUND"],
  ["POST /orders/{order}/cancel", ["user", "coach", "cashier", "manager"], "ORDER_NOT_FOUND", {}],
  ["POST /orders/{order}/notes", PEOPLE, "ORDER_NOT_FOUND", { text: "Hello" }],
  ["POST /payments", PEOPLE, "ORDER_NOT_FOUND", { orderId: "{order}", amount: 899.99 }],
  ["GET /payments/{payment}", PEOPLE, "PAYMENT_NOT_FOUND"],
  [
    "POST /payments/{payment}/refunds",
    ["manager"],
    "PAYMENT_NOT_FOUND",
    { reason: "x", amount: 1 },
  ],
  ["GET /carts/{cart}", PEOPLE, "CART_NOT_FOUND"],
  ["POST /carts/{cart}/lines", PEOPLE, "CART_NOT_FOUND", { variantId: "{variant}", quantity: 1 }],
  ["PATCH /carts/{cart}/lines/{variant}", PEOPLE, "CART_NOT_FOUND", { quantity: 1 }],
  ["DELETE /carts/{cart}/lines/{variant}", PEOPLE, "CART_NOT_FOUND"],
  ["POST /carts/{cart}/coupons", PEOPLE, "CART_NOT_FOUND", { code: "TEN" }],
  ["DELETE /carts/{cart}/coupons/TEN", PEOPLE, "CART_NOT_FOUND"],
  ["POST /carts/{cart}/checkout", PEOPLE, "CART_NOT_FOUND", {}],
  ["POST /carts/merge", PEOPLE, "CART_NOT_FOUND", { cartId: "{cart}" }],
  ["POST /carts/merge", PEOPLE, "CART_NOT_FOUND", { cartId: "{guestCart}" }],
  ["GET /carts/{guestCart}", PEOPLE, "CART_NOT_FOUND"],
  ["GET /users/{user}", PEOPLE, "USER_NOT_FOUND"],
  ["PATCH /users/{user}", PEOPLE, "USER_NOT_FOUND", { firstName: "Eve" }],
  ["DELETE /users/{user}", PEOPLE, "USER_NOT_FOUND"],
  ["DELETE /auth/sessions/{session}", PEOPLE, "SESSION_NOT_FOUND"],
  ["GET /stores/{store}/stocks", ["cashier", ...STOCK_STAFF], "STORE_NOT_FOUND"],
  ["GET /stocks?storeId={store}", ["cashier", ...STOCK_STAFF], "STORE_NOT_FOUND"],
  ["GET /inventory/ledger?storeId={store}", ["cashier", ...STOCK_STAFF], "STORE_NOT_FOUND"],
  ["GET /stores/{store}/configuration", ["cashier", ...STOCK_STAFF], "STORE_NOT_FOUND"],
  ["PATCH /stores/{store}", ["manager"], "STORE_NOT_FOUND", { version: 1, name: "Mine" }],
  ["DELETE /stores/{store}", ["manager"], "STORE_NOT_FOUND"],
  [
    "POST /stocks/adjust",
    STOCK_STAFF,
    "STORE_NOT_FOUND",
    { storeId: "{store}", variantId: "{variant}", change: 1, reason: "found" },
  ],
  [
    "POST /stocks/transfers",
    STOCK_STAFF,
    "STORE_NOT_FOUND",
    {
      fromStoreId: "{store}",
      toStoreId: "{otherStore}",
      lines: [{ variantId: "{variant}", quantity: 1 }],
    },
  ],
  ["POST /stocktakes", STOCK_STAFF, "STORE_NOT_FOUND", { storeId: "{store}" }],
  ["GET /stocktakes?storeId={store}", STOCK_STAFF, "STORE_NOT_FOUND"],
  ["GET /stocktakes/{stocktake}", STOCK_STAFF, "STOCKTAKE_NOT_FOUND"],
  ["GET /stocktakes/{stocktake}/lines", STOCK_STAFF, "STOCKTAKE_NOT_FOUND"],
  ["POST /stocktakes/{stocktake}/close", STOCK_STAFF, "STOCKTAKE_NOT_FOUND", {}],
  [
    "POST /stocktakes/{stocktake}/count",
    STOCK_STAFF,
    "STOCKTAKE_NOT_FOUND",
    { lines: [{ variantId: "{variant}", counted: 1 }] },
  ],
  ["GET /stocks/transfers/{transfer}", ["cashier", ...STOCK_STAFF], "TRANSFER_NOT_FOUND"],
  ["GET /stores/transfers?storeId={store}", ["cashier", ...STOCK_STAFF], "STORE_NOT_FOUND"],
  ["POST /stocks/transfers/{transfer}/ship", STOCK_STAFF, "TRANSFER_NOT_FOUND", {}],
  ["POST /stocks/transfers/{transfer}/receive", STOCK_STAFF, "TRANSFER_NOT_FOUND", {}],
  ["POST /stocks/transfers/{transfer}/cancel", STOCK_STAFF, "TRANSFER_NOT_FOUND", {}],
];

test("every action that names somebody's thing is tried by strangers", () => {
  const tried = CELLS.map(([request]) => request.replace(/\{\w+\}|\?.*/g, "").replace(/TEN/, ""));
  const untried = ACTIONS.filter(({ access }) => typeof access === "object").filter((action) =>
    routesOf(action).every(({ method, path }) => {
      const form = `${method} ${path.replace(/:\w+/g, "")}`;
      return !tried.includes(form);
    }),
  );
  expect(untried.map(({ name }) => name)).toEqual([]);
});

test("every list of what one may see shows strangers nothing of another", async () => {
  const lists = ACTIONS.filter(({ access, kind }) => access === "visible" && kind === "query");
  expect(lists.length).toBeGreaterThan(4);
  for (const list of lists) {
    const [route] = routesOf(list);
    for (const { token } of Object.values(strangers)) {
      const { body } = await world.shop.http.get<object>(route?.path ?? "", token);
      const visible = JSON.stringify(body);
      const { user: _, variant: __, store: ___, otherStore: ____, ...things } = world.ids;
      for (const [kind, thing] of Object.entries(things))
        expect({ list: list.name, kind, shown: visible.includes(thing) }).toMatchObject({
          shown: false,
        });
    }
  }
});

const filled = (text: string) =>
  text.replace(/\{(\w+)\}/g, (_, kind: string) => world.ids[kind] ?? "");

// A row that ends early would get Jest's `done` in its place.
test.each(CELLS.map(([request, who, code, body]) => [request, who, code, body] as const))(
  "%s of another is not there for %j",
  async (request, who, code, body) => {
    const [method = "", path = ""] = filled(request).split(" ");
    const asked = body && filled(JSON.stringify(body));
    for (const one of who) {
      const { token = "" } = strangers[one] ?? {};
      expectProblem(
        await world.shop.http.ask(method, path, { body: asked, token }),
        404,
        code,
        "en",
      );
    }
  },
);

test.each(["/orders", "/payments", "/payment", "/auth/sessions", "/users"])(
  "a list at %s shows nothing of others",
  async (path) => {
    const mine = await world.shop.http.get<{ items: object[] }>(path, world.owner.token);
    expect(mine.body.items.length).toBeGreaterThan(0);
    for (const { id, token } of Object.values(strangers)) {
      const { body } = await world.shop.http.get<{ items: { id: string }[] }>(path, token);
      const visible = JSON.stringify(body);
      for (const kind of ["order", "payment", "session", "user"])
        expect(visible).not.toContain(world.ids[kind]);
      // People find themselves in the list of people, and their own session.
      expect(body.items.filter((one) => path === "/users" && one.id !== id)).toEqual([]);
    }
  },
);

test("an unknown id is answered as another's is", async () => {
  const { token } = world.owner;
  const unknown = crypto.randomUUID();
  expectProblem(
    await world.shop.http.get(`/orders/${unknown}`, token),
    404,
    "ORDER_NOT_FOUND",
    "en",
  );
  expectProblem(await world.shop.http.get(`/carts/${unknown}`, token), 404, "CART_NOT_FOUND", "en");
});

test("a guest's cart opens with its own token only", async () => {
  const { shop, ids, cartToken } = world;
  const get = (headers: Record<string, string>) =>
    shop.http.ask("GET", `/carts/${ids.guestCart}`, { headers });
  expect(await get({ "x-cart-token": cartToken })).toMatchObject({ status: 200 });
  const other = `${cartToken.startsWith("A") ? "B" : "A"}${cartToken.slice(1)}`;
  for (const token of [other, "", cartToken.slice(1), `${cartToken}A`])
    expectProblem(await get({ "x-cart-token": token }), 404, "CART_NOT_FOUND", "en");
});

test("after all these attempts the owner has what they had", async () => {
  const { shop, owner, ids } = world;
  const order = await shop.http.get(`/orders/${ids.order}`, owner.token);
  expect(order).toMatchObject({ status: 200, body: { status: "paid" } });
  const timeline = await shop.http.get(`/orders/${ids.order}/timeline`, owner.token);
  expect(JSON.stringify(timeline.body)).not.toContain("Hello");
  expect(await shop.http.get("/users/me", owner.token)).not.toMatchObject({
    body: { firstName: expect.anything() as unknown },
  });
});
