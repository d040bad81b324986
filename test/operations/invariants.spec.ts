/** What must hold is asked over all databases: nothing is found where all is well. */
import { Client } from "pg";
import { v7 } from "uuid";
import { broken, checkInvariants } from "../../operations/invariants/check.ts";
import { DOMAINS } from "../../services/registry.ts";
import { dropDatabases, giveDatabase } from "../support/test-databases.ts";

let urls: Map<string, string>;
const urlOf = (service: string) => urls.get(service) ?? "";
const on = async (service: string, text: string, values: unknown[] = []) => {
  const client = new Client({ connectionString: urlOf(service) });
  await client.connect();
  await client.query(text, values);
  await client.end();
};
const brokenIds = async () => broken(await checkInvariants(urlOf)).map(({ id }) => id);

beforeAll(async () => {
  urls = new Map();
  for (const service of DOMAINS) urls.set(service, await giveDatabase(service));
});
afterAll(dropDatabases);

test("of databases in which nothing has happened, all invariants hold", async () => {
  const findings = await checkInvariants(urlOf);
  expect(broken(findings)).toEqual([]);
  const ids = findings.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["I01", "I05", "I07", "I11", "I25", "I25b", "I33"]));
  expect(new Set(ids).size).toBe(ids.length);
});

describe("a consumer lags", () => {
  const publish = (name: string) =>
    on(
      "orders",
      `with head as (update feed_head set position = position + 1 returning position)
       insert into event (id, name, data, position) select $1, $2, '{}', position from head`,
      [v7(), name],
    );

  test("not by events that it does not want: its cursor passes them when it likes", async () => {
    await publish("order.awaiting_payment");
    expect(await brokenIds()).toEqual([]);
  });

  test("by each event that it wants and has not reacted to", async () => {
    await publish("order.cancelled");
    expect(await brokenIds()).toEqual(["I25b"]);
    await on("carts", "insert into feed_cursor (producer, position) values ('orders', 2)");
    expect(await brokenIds()).toEqual([]);
  });
});

test("what is held of a variant counts as reserved, also when the catalog has since called it unstocked", async () => {
  const [variant, order, location] = [v7(), v7(), v7()];
  const held = async (stocked: boolean) => {
    await on("inventory", "update stocked_variant set stocked = $2 where variant_id = $1", [
      variant,
      stocked,
    ]);
    return brokenIds();
  };
  await on(
    "inventory",
    `insert into location (id, code, name, kind) values ($1, 'here', 'Here', 'store')`,
    [location],
  );
  await on(
    "inventory",
    "insert into stocked_variant (variant_id, sku, stocked) values ($1, 'tea', true)",
    [variant],
  );
  await on(
    "inventory",
    "insert into stock (location_id, variant_id, on_hand, reserved) values ($1, $2, 0, 0)",
    [location, variant],
  );
  await on(
    "inventory",
    `with r as (insert into reservation (order_id, state) values ($1, 'held'))
     insert into reservation_line (order_id, line, location_id, variant_id, quantity)
     values ($1, 1, $2, $3, 1)`,
    [order, location, variant],
  );
  // Nothing is reserved on the shelf for what is held: that is wrong, whatever the variant is now.
  expect(await held(true)).toContain("I03");
  expect(await held(false)).toContain("I03");
});

test("what lies in several databases is compared, whatever its types", async () => {
  const [order, customer] = [v7(), v7()];
  await on(
    "orders",
    `insert into "order" (id, status, customer_id, currency, subtotal, discount, tax, total, pay_deadline, paid_at)
     values ($1, 'paid', $2, 'EUR', 0, 0, 0, 0, now(), now())`,
    [order, customer],
  );
  expect(await brokenIds()).toContain("I07");
});
