/** What is asked of payments again and again reads about as much as it answers, however many there were. */
import { v7 } from "uuid";
import { findMeant } from "../../../services/payments/store/event.store.ts";
import { listPayments } from "../../../services/payments/store/list.store.ts";
import { databaseOnly, type TestDatabase } from "../../support/database-only.ts";
import { readBy } from "../../support/explain.ts";

const PAYMENTS = 20_000;
const [storeId, smallStore, customerId] = [v7(), v7(), v7()];

let database: TestDatabase;
beforeAll(async () => {
  database = await databaseOnly("payments");
  const { sql } = database;
  // The rare ones are the oldest, and ids grow with time.
  await sql.run(
    `insert into payment (id, order_id, customer_id, store_id, provider, provider_id, currency,
       amount, state, captured_at, closed_at)
     select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, gen_random_uuid(),
       case when n % 2000 = 7 then $4 else gen_random_uuid() end,
       case when n <= 30 then $3 else $2 end::uuid, case when n <= 12 then 'cash' else 'simulator' end,
       case when n > 10 then 'pi_' || n end, 'EUR', 1000, s.state,
       case when s.state = 'captured' then now() end, case when s.state = 'closed' then now() end
     from generate_series(1, $1::int) n, lateral (select case
       when n <= 8 then (array['created', 'open', 'processing', 'closed'])[1 + n % 4]
       else 'captured' end as state) s`,
    [PAYMENTS, storeId, smallStore, customerId],
  );
  // As it is when all have been created without the provider's id, and then been given it.
  await sql.run("update payment set provider_id = null where state = 'captured'");
  await sql.run("update payment set provider_id = 'pi_' || right(id::text, 12)");
  await sql.run("analyze payment");
});
afterAll(() => database.drop());

const everybody = {
  before: undefined,
  customerId: undefined,
  stores: [],
  orderId: undefined,
  state: undefined,
  provider: undefined,
  limit: 21,
};
type Asked = Partial<Parameters<typeof listPayments>[1]>;
const list = (asked: Asked) => listPayments(database.sql, { ...everybody, ...asked });
const read = (asked: Asked) =>
  readBy(database.sql, (sql) => listPayments(sql, { ...everybody, ...asked }));

describe.each([
  ["everybody's", {}],
  ["a store's", { customerId, stores: [storeId, smallStore] }],
])("%s payments", (_, who) => {
  test.each(["created", "open", "processing", "closed"] as const)(
    "that are %s are found without reading those that are captured",
    async (state) => {
      expect(await list({ ...who, state })).toHaveLength(2);
      expect((await read({ ...who, state })).rows).toBeLessThanOrEqual(60);
    },
  );
  test("in cash are found without reading the others", async () => {
    expect(await list({ ...who, provider: "cash" })).toHaveLength(12);
    expect((await read({ ...who, provider: "cash" })).rows).toBeLessThanOrEqual(100);
  });
  test("the newest are found without reading the older ones", async () => {
    expect((await read(who)).rows).toBeLessThanOrEqual(130);
    expect((await read({ ...who, state: "captured" })).rows).toBeLessThanOrEqual(130);
  });
  test("of an order are found by the order", async () => {
    const [{ orderId } = { orderId: "" }] = await list({ ...who, provider: "cash", limit: 1 });
    expect(await list({ ...who, orderId })).toHaveLength(1);
    expect((await read({ ...who, orderId })).rows).toBeLessThanOrEqual(3);
  });
});

test("a store's page is the newest of its own and the caller's, each once", async () => {
  const page = await list({ customerId, stores: [smallStore] });
  expect(page.map(({ id }) => id)).toEqual(
    page
      .map(({ id }) => id)
      .toSorted()
      .toReversed(),
  );
  expect(new Set(page.map(({ id }) => id)).size).toBe(21);
  expect(page.filter((one) => one.storeId !== smallStore)).toHaveLength(9);
});

test("a webhook's payment is found by its key, whatever was created without the provider's id", async () => {
  const [known] = await list({ state: "captured", limit: 1 });
  const event = { psp: "simulator", eventId: "evt", type: "payment.succeeded", old: false };
  for (const [pspId, paymentId] of [
    [known?.providerId ?? "", known?.id ?? ""],
    ["pi_unknown", v7()],
    ["pi_unknown", "not an id of ours"],
    ["pi_unknown", null],
  ] as const) {
    const asked = { ...event, pspId, paymentId };
    const seen = await readBy(database.sql, (sql) => findMeant(sql, asked));
    expect(seen.whole.filter((table) => table === "payment")).toEqual([]);
    expect(seen.rows).toBeLessThanOrEqual(3);
    expect(seen.pages).toBeLessThanOrEqual(20);
    const meant = await findMeant(database.sql, asked);
    expect(meant?.id).toBe(pspId === known?.providerId ? known.id : undefined);
  }
  await database.sql.run("update payment set provider_id = null where id = $1", [known?.id]);
  const byOurs = { ...event, pspId: "pi_new", paymentId: known?.id ?? null };
  expect((await findMeant(database.sql, byOurs))?.id).toBe(known?.id);
});
