/** What the people of the stores do: stock on its way, counting, cash at the till, money back. */
import { type Company, company, MODES } from "../support/company.ts";
import { expectProblem } from "../support/answers.ts";
import { eventually } from "../support/stage.ts";
import { aShopper, aStore, goods, type Person, staff } from "../support/trade.ts";
import { checkInvariants, broken } from "../../operations/invariants/check.ts";
import { databaseUrl } from "../../config.ts";

interface Level {
  variantId: string;
  onHand: number;
  reserved: number;
  available: number;
  inTransit?: number;
}
interface Transfer {
  id: string;
  state: string;
}
interface Ordered {
  orderId: string;
}
interface Paid {
  paymentId: string;
  status: string;
}
const key = (): string => crypto.randomUUID();

describe.each(MODES)("in the stores, %s", (mode) => {
  let shop: Company;
  let paris: { storeId: string; code: string };
  let lyon: { storeId: string; code: string };
  let manager: Person;
  let clerk: Person;
  let cashier: Person;
  beforeAll(async () => {
    shop = await company(mode);
    [paris, lyon] = await Promise.all([aStore(shop, { shipsWeb: true }), aStore(shop)]);
    [manager, clerk, cashier] = await Promise.all([
      staff(shop, "store_manager", [paris.storeId, lyon.storeId]),
      staff(shop, "stock_clerk", [lyon.storeId]),
      staff(shop, "cashier", [lyon.storeId]),
    ]);
  }, 60_000);
  afterAll(() => shop.leave());

  const post = <B = Record<string, unknown>>(path: string, body: object, { token }: Person) =>
    shop.http.post<B>(path, body, token, key());
  const levelAt = async (storeId: string, variantId: string) => {
    const path = `/stores/${storeId}/stocks?variantId=${variantId}`;
    const { body } = await shop.http.get<{ items: Level[] }>(path, manager.token);
    const [{ onHand, reserved, available } = {}] = body.items;
    return { onHand, reserved, available };
  };
  const inTransit = async (variantId: string) => {
    const path = `/inventory/stock?variantId=${variantId}`;
    const { body } = await shop.http.get<{ items: Level[] }>(path, manager.token);
    return body.items[0]?.inTransit;
  };
  const orderOf = async (person: Person, body: object): Promise<string> => {
    const placed = await post<Ordered>("/orders", body, person);
    expect(placed).toMatchObject({ status: 201 });
    return placed.body.orderId;
  };
  const paidOrder = async (person: Person, orderId: string) => {
    const seen = await shop.http.get<{ status: string }>(`/orders/${orderId}`, person.token);
    expect(seen.body).toMatchObject({ status: "paid" });
  };

  test("what is sent to another store is on its way until it is received or lost", async () => {
    const { variantId } = await goods(shop, { stock: { [paris.code]: 10, [lyon.code]: 1 } });
    const plan = { fromStoreId: paris.storeId, toStoreId: lyon.storeId };
    const lines = [{ variantId, quantity: 6 }];
    const drafted = await post<Transfer>("/stocks/transfers", { ...plan, lines }, manager);
    expect(drafted).toMatchObject({ status: 201, body: { state: "draft" } });
    const path = `/stores/transfers/${drafted.body.id}`;
    expect(await levelAt(paris.storeId, variantId)).toMatchObject({ onHand: 10 });

    // The clerk works in Lyon only: what leaves Paris is not theirs to say.
    const theirs = await post(`${path}/ship`, {}, clerk);
    expectProblem(theirs, 403, "TRANSFER_OF_OTHER_STORE", "en");
    const shipped = await post<Transfer>(`${path}/ship`, {}, manager);
    expect(shipped).toMatchObject({ status: 200, body: { state: "shipped" } });
    expect(await levelAt(paris.storeId, variantId)).toMatchObject({ onHand: 4, available: 4 });
    expect(await levelAt(lyon.storeId, variantId)).toMatchObject({ onHand: 1 });
    expect(await inTransit(variantId)).toBe(6);

    const part = { lines: [{ variantId, received: 4, lost: 1, reason: "Broken on the way" }] };
    expect(await post(`${path}/receive`, part, clerk)).toMatchObject({ status: 200 });
    expect(await inTransit(variantId)).toBe(1);
    expect(await levelAt(lyon.storeId, variantId)).toMatchObject({ onHand: 5 });
    const tooMany = { lines: [{ variantId, received: 2 }] };
    expectProblem(await post(`${path}/receive`, tooMany, clerk), 409, "NOT_ON_ITS_WAY", "en");
    expect(await post(`${path}/receive`, {}, clerk)).toMatchObject({ body: { state: "received" } });
    expect(await inTransit(variantId)).toBe(0);
    expect(await levelAt(lyon.storeId, variantId)).toMatchObject({ onHand: 6 });
  });

  test("counting corrects the books while the shop goes on selling", async () => {
    const { variantId } = await goods(shop, { stock: { [lyon.code]: 10 } });
    const asked = { storeId: lyon.storeId, variantIds: [variantId] };
    const begun = await post<{ id: string }>("/stocktakes", asked, clerk);
    expect(begun).toMatchObject({ status: 201, body: { state: "open" } });
    expectProblem(await post("/stocktakes", asked, clerk), 409, "STOCKTAKE_OPEN", "en");
    const open = await shop.http.get(`/stocktakes?storeId=${lyon.storeId}&state=open`, clerk.token);
    expect(open).toMatchObject({ status: 200, body: { items: [{ id: begun.body.id }] } });

    const path = `/stocktakes/${begun.body.id}`;
    const counted = { lines: [{ variantId, counted: 7 }] };
    expect(await post(`${path}/count`, counted, clerk)).toMatchObject({
      body: { lineCount: 1, countedCount: 1, differingCount: 1 },
    });
    expect(await shop.http.get(`${path}/lines?only=differing`, clerk.token)).toMatchObject({
      body: { items: [{ expected: 10, counted: 7, difference: -3 }] },
    });
    const sold = { storeId: lyon.storeId, variantId, change: -2, reason: "damaged" };
    expect(await post("/stocks/adjust", sold, clerk)).toMatchObject({ body: { onHand: 8 } });
    expect(await post(`${path}/close`, {}, clerk)).toMatchObject({
      body: { state: "closed", correctedCount: 1 },
    });
    expect(await levelAt(lyon.storeId, variantId)).toMatchObject({ onHand: 5 });
    expectProblem(await post(`${path}/count`, counted, clerk), 409, "STOCKTAKE_CLOSED", "en");
  });

  test("a cashier takes cash for an order of their store, and nobody else does", async () => {
    const { variantId } = await goods(shop, { stock: { [lyon.code]: 5 }, priceMinor: 4_990 });
    const buyer = await aShopper(shop);
    const sale = { userId: buyer.id, variantId, quantity: 1, storeId: lyon.storeId };
    const orderId = await orderOf(cashier, { ...sale, payment: { provider: "cash" } });
    const cash = { orderId, amount: 49.9, provider: "cash" };
    expectProblem(await post("/payments", cash, buyer), 403, "CASH_NEEDS_STAFF", "en");
    const elsewhere = await staff(shop, "cashier", [paris.storeId]);
    expectProblem(await post("/payments", cash, elsewhere), 404, "ORDER_NOT_FOUND", "en");
    expect(await post("/payments", cash, cashier)).toMatchObject({ body: { status: "SUCCESS" } });
    await eventually(() => paidOrder(buyer, orderId));
    expect(await levelAt(lyon.storeId, variantId)).toMatchObject({ onHand: 4, reserved: 0 });
  });

  test("a manager gives the money of a paid order back, and the goods are back too", async () => {
    const { variantId } = await goods(shop, { stock: { [lyon.code]: 3 }, priceMinor: 4_990 });
    const buyer = await aShopper(shop);
    const orderId = await orderOf(buyer, { variantId, quantity: 3, storeId: lyon.storeId });
    const { body: paid } = await post<Paid>("/payments", { orderId, amount: 149.7 }, buyer);
    await eventually(() => paidOrder(buyer, orderId));
    expect(await levelAt(lyon.storeId, variantId)).toMatchObject({ onHand: 0 });

    const path = `/orders/${orderId}/cancel`;
    expectProblem(await post(path, {}, buyer), 403, "NOT_ALLOWED", "en");
    expectProblem(await post(path, {}, cashier), 404, "ORDER_NOT_FOUND", "en");
    for (let times = 0; times < 2; times += 1)
      expect((await post(path, { reason: "Faulty" }, manager)).status).toBeLessThan(300);
    await eventually(async () => {
      const seen = await shop.http.get(`/orders/${orderId}`, buyer.token);
      expect(seen.body).toMatchObject({ refundedAt: expect.any(String) as string });
    });
    const payment = await shop.http.get(`/payments/${paid.paymentId}`, manager.token);
    expect(payment.body).toMatchObject({ refundedMinor: 14_970, refundPendingMinor: 0 });
    await eventually(async () =>
      expect(await levelAt(lyon.storeId, variantId)).toMatchObject({ onHand: 3, reserved: 0 }),
    );
    const more = { reason: "Once more", amountMinor: 1 };
    const again = await post(`/payments/${paid.paymentId}/refunds`, more, manager);
    expectProblem(again, 422, "REFUND_TOO_LARGE", "en");
  });

  test("after all of this the books are right", async () => {
    const admin = await staff(shop, "admin");
    const proof = await shop.http.get("/inventory/proof", admin.token);
    expect(proof).toMatchObject({ status: 200, body: { holds: true } });
    const balance = await shop.http.get("/payments/ledger/trial-balance", admin.token);
    expect(balance).toMatchObject({ status: 200, body: { balanced: true } });
    await eventually(async () => expect(broken(await checkInvariants(databaseUrl))).toEqual([]));
  });
});
