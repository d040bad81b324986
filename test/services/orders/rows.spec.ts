/** What the database itself refuses, whoever writes. */
import { v7 } from "uuid";
import { isCheckViolation } from "../../../lib/sql.ts";
import { mayMove } from "../../../services/orders/domain/status.ts";
import {
  OrderStatus,
  type OrderStatus as Status,
  PlaceOrder,
} from "../../../services/orders/orders.contract.ts";
import { moveOrder } from "../../../services/orders/store/orders.store.ts";
import { aPerson } from "../../support/stage.ts";
import { ordersOnStage, type Play } from "./play.ts";

let harness: Play;
beforeAll(async () => {
  harness = await ordersOnStage();
});
afterAll(() => harness.leave());
const sql = () => harness.db("orders").sql;
const STATUSES = OrderStatus["enum"] as Status[];

async function insert(status: Status, more: Record<string, unknown> = {}): Promise<string> {
  const row = {
    id: v7(),
    status,
    customer_id: v7(),
    currency: "EUR",
    subtotal: 0,
    discount: 0,
    tax: 0,
    total: 0,
    pay_deadline: new Date(),
    paid_at: status === "paid" ? new Date() : null,
    cancelled_at: status === "cancelled" ? new Date() : null,
    ...more,
  };
  await sql().run(
    `insert into "order" (id, status, customer_id, currency, subtotal, discount, tax, total,
       pay_deadline, paid_at, cancelled_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    Object.values(row),
  );
  return row.id;
}
const refusedAsWrong = async (writing: Promise<unknown>) => {
  const error = await writing.then(
    () => undefined,
    (it: unknown) => it,
  );
  expect(isCheckViolation(error)).toBe(true);
};

const pairs = STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const)).filter(
  ([from, to]) => from !== to,
);
test.each(pairs)("from %s to %s: the database and the domain say the same", async (from, to) => {
  const id = await insert(from);
  const moments = `paid_at = case when $2 = 'paid' then now() end,
    cancelled_at = case when $2 = 'cancelled' then now() end`;
  const raw = sql().run(`update "order" set status = $2, ${moments} where id = $1`, [id, to]);
  const refused = await raw.then(() => false, isCheckViolation);
  expect(refused).toBe(!mayMove(from, to));

  const other = await insert(from);
  const moved = await moveOrder(sql(), other, to).then(
    () => true,
    () => false,
  );
  expect(moved).toBe(mayMove(from, to));
});

test("an order whose lines do not add up to it is not committed", async () => {
  await refusedAsWrong(insert("pending", { subtotal: 100, total: 100 }));
});

test("nothing is added to an order afterwards, and no line is changed or removed", async () => {
  const asked = { variantId: harness.world.goodsOf(3), quantity: 2 };
  const { orderId } = await harness.call(PlaceOrder, asked, aPerson());
  const more = sql().run(
    `insert into order_line select order_id, 1, variant_id, product_id, sku, title_fr, title_en,
       quantity, unit, discount, total, tax_class, tax_basis_points, tax
     from order_line where order_id = $1`,
    [orderId],
  );
  await refusedAsWrong(more);
  for (const change of [
    "update order_line set quantity = 1, total = unit where order_id = $1",
    "delete from order_line where order_id = $1",
    "update order_allocation set quantity = 1 where order_id = $1",
    `update "order" set total = 1, subtotal = 1, tax = 0 where id = $1`,
    `update "order" set customer_id = gen_random_uuid() where id = $1`,
    `delete from "order" where id = $1`,
    "delete from saga_log where saga_id = $1",
  ])
    await expect(sql().run(change, [orderId])).rejects.toThrow(
      /append-only|does not change|removed/,
    );
});

test.each([
  ["a total that is not subtotal less discount", { subtotal: 10, discount: 20, total: 0 }],
  ["more tax than total", { tax: 1 }],
  ["paid at no moment", { status: "paid", paid_at: null }],
  ["cancelled at no moment", { status: "cancelled", cancelled_at: null }],
  ["a status that there is none", { status: "lost" }],
  ["nobody's", { customer_id: null }],
])("%s is refused", async (_, more) => {
  await refusedAsWrong(insert("pending", more));
});
