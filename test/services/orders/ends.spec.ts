/**
 * A day of a shop in which everything goes wrong by chance: calls fail before and after their
 * effect, people click twice, pay, cancel or leave, events come twice or never. At its end every
 * order has an end, and all agree. `SEED=… npm test` plays the same day again.
 */
import {
  PlaceOrder,
  CancelOrder,
  OrderProcessed,
} from "../../../services/orders/orders.contract.ts";
import { aPerson, eventually } from "../../support/stage.ts";
import { hurry, ordersOnStage, pay, type Play, tellClosed } from "./play.ts";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const BUYERS = 90;
const STOCK = 14;

/** Mulberry32: small, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const random = seeded(SEED);
const oneIn = (n: number) => random() * n < 1;
const anyOf = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

let harness: Play;
beforeAll(async () => {
  harness = await ordersOnStage();
});
afterAll(() => harness.leave());

async function buy(goods: readonly string[]): Promise<void> {
  const { world } = harness;
  const person = aPerson();
  const asked = {
    variantId: anyOf(goods),
    quantity: anyOf([1, 1, 2, 3]),
    ...(oneIn(3) && { coupons: [anyOf(["TEA", "TEA", "GONE"])] }),
  };
  const meta = { key: "click" };
  const clicks = Array.from({ length: anyOf([1, 1, 3]) }, () =>
    harness.call(PlaceOrder, asked, person, meta).catch(() => undefined),
  );
  const orderId = (await Promise.all(clicks)).find((it) => it)?.orderId;
  if (orderId === undefined) return;
  const cancel = (who = person) =>
    harness.call(CancelOrder, { orderId }, who).catch(() => undefined);

  const deed = anyOf(["pays", "pays", "pays silently", "cancels", "both", "closed", "leaves"]);
  if (deed === "cancels") await cancel();
  if (deed === "both") await Promise.all([cancel(), Promise.resolve(world.pay(orderId))]);
  if (deed === "pays silently") world.pay(orderId);
  if (deed === "pays" && world.pay(orderId)) {
    await pay(harness, orderId);
    if (oneIn(3)) await pay(harness, orderId);
    if (oneIn(4)) await cancel(aPerson("admin"));
  }
  if (deed === "closed" && world.closePayment(orderId).state === "closed")
    await tellClosed(harness, orderId);
}

const sql = () => harness.db("orders").sql;
const NOTHING = {
  "I06 a process without an end": "select id from saga where ended_at is null",
  "an order without an end": `select id from "order" where status not in ('paid', 'cancelled', 'rejected')`,
  "I25 an event not told": "select id from event where position is null",
  "I25 a gap in the feed":
    "select 1 from event having count(position) <> coalesce(max(position), 0)",
  "I25 an event put aside": "select position from dead_letter",
  "I26 a total that is not its lines'": `select o.id from "order" o left join order_line l on l.order_id = o.id
     group by o.id having o.total <> coalesce(sum(l.total), 0)`,
  "I28 two orders by one key": "select resource_id from idempotency group by 1 having count(*) > 1",
  "a timeline that does not end with its process": `select s.id, l.last from saga s, lateral (
       select step || ' ' || outcome as last from saga_log where saga_id = s.id order by n desc limit 1) l
     where s.step = 'done' and l.last not in ('commit committed', 'uncoupon released', 'release released',
       'reserve rejected', 'coupons refused', 'restock restocked', 'refund refund_due')`,
};

test(`seed ${SEED}: whatever goes wrong, every order ends, and all agree about it`, async () => {
  const { world } = harness;
  const goods = Array.from({ length: 5 }, () => world.goodsOf(STOCK));
  world.usedUp.add("GONE");
  world.chance = () => (oneIn(8) ? anyOf(["fails", "fails after"] as const) : undefined);
  for (let n = 0; n < BUYERS; n += 15) {
    await Promise.all(Array.from({ length: 15 }, () => buy(goods)));
    await hurry(harness);
  }
  world.chance = () => undefined;
  await sql().run("update saga set deadline = now() where kind = 'checkout' and ended_at is null");
  await eventually(async () => {
    await hurry(harness);
    expect(await sql().rows(NOTHING["I06 a process without an end"])).toEqual([]);
  }, 30_000);
  await harness.published("orders", OrderProcessed);

  for (const [what, query] of Object.entries(NOTHING))
    expect({ [what]: await sql().rows(query) }).toEqual({ [what]: [] });
  const orders = await sql().rows<{
    id: string;
    status: string;
    refunded: boolean;
    pieces: number;
  }>(
    `select id, status, refunded_at is not null as refunded,
       (select coalesce(sum(quantity), 0) from order_line where order_id = "order".id) as pieces
     from "order" where not tombstone`,
  );
  for (const { id, status, refunded } of orders) {
    const paid = status === "paid";
    // I07, I08, I09, I24: money, stock and coupons say what the order says.
    expect([id, world.payments.get(id)?.state === "captured"]).toEqual([id, paid]);
    expect([id, world.committed.get(id) ?? 0]).toEqual([id, paid ? 1 : 0]);
    expect([id, world.held.has(id)]).toEqual([id, false]);
    expect([id, world.coupons.has(id) && !paid]).toEqual([id, false]);
    expect([id, world.refunds.get(id) ?? 0]).toEqual([id, refunded ? 1 : 0]);
    expect([id, world.restocked.has(id)]).toEqual([id, refunded]);
  }
  const sold = orders.filter(({ status }) => status === "paid");
  const left = goods.reduce((sum, one) => sum + (world.goods.get(one)?.stock ?? 0), 0);
  expect(left + sold.reduce((sum, { pieces }) => sum + pieces, 0)).toBe(goods.length * STOCK);
  expect(sold.length).toBeGreaterThan(0);
}, 90_000);
