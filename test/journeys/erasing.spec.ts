/** Whoever closes their account leaves facts behind, and nothing that names them. */
import { databaseUrl } from "../../config.ts";
import { good } from "../../operations/client/shop.ts";
import { broken, checkInvariants } from "../../operations/invariants/check.ts";
import { type Company, company, MODES } from "../support/company.ts";
import { eventually } from "../support/stage.ts";
import { aKey, aShopper, aStore, goods, type Person, staff } from "../support/trade.ts";

const SPEAKING = "Zerbinette";
const ADDRESS = {
  name: `${SPEAKING} Vandermeulen`,
  line1: "12 rue des Quatre-Chandelles",
  postcode: "69002",
  city: "Villeneuve-sur-Rien",
  country: "FR",
  phone: "+33 6 98 76 54 32",
};
const named = (person: Person) => [
  SPEAKING,
  "Vandermeulen",
  "Chandelles",
  "Villeneuve-sur-Rien",
  "98 76 54 32",
  "grandmother",
  person.username,
  person.email,
];

interface Ordered {
  readonly orderId: string;
  readonly order: { readonly totalMinor: number };
}

/** Every text, list and JSON of every table of every service that holds one of `words`. */
async function traces(shop: Company, words: readonly string[]): Promise<string[]> {
  const pattern = words.map((it) => it.replaceAll(/[+.()]/g, String.raw`\$&`)).join("|");
  const found = await Promise.all(
    shop.domains.map(async (service) => {
      const { sql } = shop.db(service);
      const columns = await sql.rows<{ t: string; c: string }>(
        `select table_name as t, column_name as c from information_schema.columns
         join information_schema.tables using (table_schema, table_name)
         where table_schema = 'public' and table_type = 'BASE TABLE'
           and data_type in ('text', 'jsonb', 'json', 'ARRAY', 'character varying', 'character')`,
      );
      const asked = columns.map(
        ({ t, c }) =>
          `select '${service}.${t}.${c}' as at from "${t}" where "${c}"::text ~* $1 group by 1`,
      );
      const rows = await sql.rows<{ at: string }>(asked.join(" union all "), [pattern]);
      return rows.map(({ at }) => at);
    }),
  );
  return found.flat().toSorted();
}

/** Somebody who has registered, guessed wrong, ordered, written notes and cancelled; and who was made by an admin. */
async function aLife(shop: Company) {
  const { http } = shop;
  const store = await aStore(shop, { shipsWeb: true });
  const [admin, person] = await Promise.all([staff(shop, "admin"), aShopper(shop)]);
  const thing = await goods(shop, { stock: { [store.code]: 50 } });
  const name = { firstName: SPEAKING, lastName: "Vandermeulen" };
  good(await http.ask("PATCH", "/users/me", { body: name, token: person.token }));
  await http.post("/auth/login", { email: person.email, password: "not that one, surely" });
  const { username, email, password } = person;
  const double = { username: `x${username}`, email: `x${email}`, password };
  const made = good(await http.post<{ id: string }>("/users", double, admin.token, aKey()));

  const asked = { productId: thing.productId, quantity: 1, shippingAddress: ADDRESS };
  const place = async (more: object) => {
    const placing = http.post<Ordered>("/orders", { ...asked, ...more }, person.token, aKey());
    return good(await placing).body;
  };
  const retained = await place({ note: `For ${SPEAKING}'s grandmother` });
  const gone = await place({});
  const note = { text: `Ring at ${ADDRESS.name}` };
  for (const { token } of [person, admin])
    good(await http.post(`/orders/${retained.orderId}/notes`, note, token, aKey()));
  const why = { reason: `${SPEAKING} has moved away` };
  await http.post(`/orders/${gone.orderId}/cancel`, why, person.token, aKey());
  await eventually(async () => {
    const { body } = await http.get<object>(`/orders/${gone.orderId}`, admin.token);
    expect(body).toMatchObject({ status: "cancelled", ...why });
  }, 30_000);
  return { admin, person, kept: retained, alsoId: made.body.id };
}

describe.each(MODES)("%s", (mode) => {
  let shop: Company;
  beforeAll(async () => {
    shop = await company(mode);
  }, 120_000);
  afterAll(() => shop.leave());

  test("no row of any table names a person who has gone; orders, amounts and steps stay", async () => {
    const { http } = shop;
    const { admin, person, kept: retained, alsoId } = await aLife(shop);
    expect(await traces(shop, named(person))).toEqual(KEPT);
    const steps = async () => {
      const path = `/orders/${retained.orderId}/timeline`;
      const { body } = await http.get<{ timeline: { kind: string; step?: string }[] }>(
        path,
        admin.token,
      );
      return body.timeline.map(({ kind, step }) => [kind, step]);
    };
    const before = await steps();

    for (const id of [person.id, alsoId])
      good(await http.ask("DELETE", `/users/${id}`, { token: admin.token }));
    await eventually(async () => expect(await traces(shop, named(person))).toEqual([]), 30_000);

    const after = await http.get<object>(`/orders/${retained.orderId}`, admin.token);
    const { totalMinor } = retained.order;
    expect(after.body).toMatchObject({ totalMinor, customerId: person.id });
    expect(await steps()).toEqual(before);
    await eventually(
      async () => expect(broken(await checkInvariants(databaseUrl))).toEqual([]),
      30_000,
    );
    const { username, email, password } = person;
    good(await http.post("/users/register", { username, email, password }));
  }, 120_000);
});

/** Where people are named while they are there, each with the service that erases it. */
const KEPT = [
  "identity.login_attempts.account",
  "identity.users.email",
  "identity.users.first_name",
  "identity.users.last_name",
  "identity.users.username",
  "identity.users.username_key",
  "orders.idempotency.answer",
  "orders.order.reason",
  "orders.order.shipping_address",
  "orders.order_event.text",
];
