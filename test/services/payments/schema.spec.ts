/** What must never be wrong is refused by the database, whoever asks. */
import { scene, type Scene } from "./scene.ts";

let harness: Scene;
beforeAll(async () => {
  harness = await scene();
});
afterAll(() => harness.leave());

describe("the database itself refuses", () => {
  test.each([
    [
      "an entry without its counterpart",
      `insert into entry (tx, account, currency, amount, ref, kind)
      values (gen_random_uuid(), 'cash', 'EUR', 5, gen_random_uuid(), 'capture')`,
      /balance/,
    ],
    ["to change the ledger", "update entry set amount = amount + 1", /append-only/],
    ["to shorten the ledger", "delete from entry", /append-only/],
    ["to empty the ledger", "truncate entry", /append-only/],
    [
      "to give back more than was paid",
      "update payment set refunded = amount + 1 where state = 'captured'",
      /check/,
    ],
    [
      "to reopen what is captured",
      "update payment set state = 'open', captured_at = null where state = 'captured'",
      /cannot go/,
    ],
    ["to change an amount", "update payment set amount = amount + 1", /cannot change/],
    [
      "a second live payment",
      `insert into payment (id, order_id, customer_id, provider, currency, amount, state)
      select gen_random_uuid(), order_id, customer_id, provider, currency, amount, 'open'
      from payment where state = 'captured' limit 1`,
      /one_live_payment/,
    ],
  ])("%s", async (_, statement, words) => {
    const { order, payer } = harness.anOrder();
    await harness.pay(order, payer);
    await expect(harness.rows(statement)).rejects.toThrow(words);
  });
});
