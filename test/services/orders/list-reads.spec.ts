/** Lists of orders read about as many rows as they answer, however many orders there were. */
import { v7 } from "uuid";
import type { Caller } from "../../../lib/bus.ts";
import { type Filter, listNewest } from "../../../services/orders/store/list.store.ts";
import { databaseOnly, type TestDatabase } from "../../support/database-only.ts";
import { readBy } from "../../support/explain.ts";

const ORDERS = 20_000;
const [storeId, smallStore, customerId] = [v7(), v7(), v7()];
const caller = (scope: Caller["scope"], stores: string[] = []): Caller => ({
  id: customerId,
  roles: [],
  stores,
  sessionId: v7(),
  scope,
});

let database: TestDatabase;
beforeAll(async () => {
  database = await databaseOnly("orders");
  // The oldest are the rare ones: a list by moment comes to them last.
  await database.sql.run(
    `insert into "order" (id, status, customer_id, store_id, currency, subtotal, discount, tax,
       total, pay_deadline, created_at, paid_at, cancelled_at)
     select gen_random_uuid(), s.status, case when n % 2000 = 7 then $4 else gen_random_uuid() end,
       case when n <= 30 then $3 else $2 end::uuid, 'EUR', 0, 0, 0, 0, now(),
       now() - interval '1 year' + n * interval '1 minute',
       case when s.status = 'paid' then now() end, case when s.status = 'cancelled' then now() end
     from generate_series(1, $1::int) n, lateral (select case
       when n <= 10 then (array['settling', 'pending', 'awaiting_payment', 'cancelled', 'rejected'])[1 + n % 5]
       else 'paid' end as status) s`,
    [ORDERS, storeId, smallStore, customerId],
  );
  await database.sql.run(`analyze "order"`);
});
afterAll(() => database.drop());

const read = (who: Caller, filter: Partial<Filter> = {}) =>
  readBy(database.sql, (sql) => listNewest(sql, who, { limit: 21, ...filter }));

describe.each([
  ["everybody's", caller("any")],
  ["a store's", caller("store", [storeId, smallStore])],
])("%s orders", (_, who) => {
  test.each(["pending", "awaiting_payment", "settling", "cancelled", "rejected"] as const)(
    "that are %s are found without reading those that are paid",
    async (status) => {
      const rows = await listNewest(database.sql, who, { limit: 21, status });
      expect(rows.map((row) => row.status)).toEqual([status, status]);
      expect((await read(who, { status })).rows).toBeLessThanOrEqual(30);
    },
  );

  test("the newest are found without reading the older ones", async () => {
    expect((await read(who)).rows).toBeLessThanOrEqual(130);
    expect((await read(who, { status: "paid" })).rows).toBeLessThanOrEqual(130);
  });
});

test("the orders of a store that sold little, long ago, are found by the store", async () => {
  const who = caller("store", [smallStore]);
  const page = await listNewest(database.sql, who, { limit: 21 });
  // The store's, and the clerk's own: the newest of both.
  expect(page).toHaveLength(21);
  expect(page.filter((row) => row.customerId === customerId)).toHaveLength(9);
  const moments = page.map((row) => Date.parse(row.createdAt));
  expect(moments).toEqual(moments.toSorted((a, b) => b - a));
  expect(new Set(page.map((row) => row.id)).size).toBe(21);
  expect((await read(who)).rows).toBeLessThanOrEqual(150);
});
