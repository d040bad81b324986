/** Facts stay as they are: only what erases a person takes words out of them, and only words. */
import { NewOrder, NoteOrder, PlaceOrder } from "../../../services/orders/orders.contract.ts";
import { erasePerson } from "../../../services/orders/store/erasure.store.ts";
import { aPerson } from "../../support/stage.ts";
import { ordersOnStage, type Play } from "./play.ts";

let harness: Play;
beforeAll(async () => {
  harness = await ordersOnStage();
}, 60_000);
afterAll(() => harness.leave());

async function noted() {
  const person = aPerson();
  const asked = { variantId: harness.world.goodsOf(3), quantity: 1, note: "for grandmother" };
  const { orderId } = await harness.call(PlaceOrder, asked, person);
  return { person, orderId };
}
const erasing = (statement: string) =>
  harness
    .db("orders")
    .sql.run(
      `do $$ begin perform set_config('comptoir.erasing', 'on', true); ${statement}; end $$`,
    );
const notesOf = (orderId: string) =>
  harness
    .db("orders")
    .sql.rows<{ text: string; actor: string }>(
      "select text, actor from order_event where order_id = $1 and kind = 'note' order by n",
      [orderId],
    );

test("notes of a person, and on their orders, lose their words; those of others keep them", async () => {
  const { person, orderId } = await noted();
  const other = await noted();
  const admin = aPerson("admin");
  await harness.call(NoteOrder, { orderId, text: "ring twice" }, admin, { key: "ring" });
  await harness.call(NoteOrder, { orderId: other.orderId, text: "ring once" }, admin);
  const { sql } = harness.db("orders");
  await erasePerson(sql, person.id);
  await erasePerson(sql, person.id);
  expect(await notesOf(orderId)).toEqual([
    { text: "…", actor: person.id },
    { text: "…", actor: admin.id },
  ]);
  expect((await notesOf(other.orderId)).map(({ text }) => text)).toEqual([
    "for grandmother",
    "ring once",
  ]);
  const again = harness.call(NoteOrder, { orderId, text: "ring twice" }, admin, { key: "ring" });
  expect(await again).toMatchObject({ kind: "note", text: "…" });
});

test.each([
  "update order_event set text = 'x'",
  "update saga_log set detail = 'x'",
  "update event set data = '{}'",
])("without erasing, nobody changes a fact: %s", async (statement) => {
  await noted();
  await expect(harness.db("orders").sql.run(statement)).rejects.toThrow(/append-only/);
});

test.each([
  "update order_event set actor = null",
  "delete from order_event",
  "update saga_log set outcome = 'x'",
  "delete from saga_log",
  "update order_line set sku = 'x'",
  "update event set name = 'x'",
  "update event set actor = 'x'",
  "delete from event",
])("nor does erasing change more than words: %s", async (statement) => {
  await noted();
  await expect(erasing(statement)).rejects.toThrow(/append-only/);
});

test("an event loses the fields that are named, and keeps its place and the others", async () => {
  const { orderId } = await noted();
  const { sql } = harness.db("orders");
  const [before] = (await harness.published("orders", NewOrder)).filter(
    (it) => it.orderId === orderId,
  );
  const found = await sql.row<{ n: number }>("select erase_events($1, '{cartId,lines}') as n", [
    orderId,
  ]);
  expect(Number(found?.n)).toBe(1);
  const [after] = (await harness.published("orders", NewOrder)).filter(
    (it) => it.orderId === orderId,
  );
  const { lines, ...rest } = { ...before };
  expect(lines).toHaveLength(1);
  expect(after).toEqual(rest);
});
