/** Holding stock for orders, letting it go, and handing it over: in any order, any number of times. */
import { v7 } from "uuid";
import {
  CommitStock,
  ReleaseStock,
  ReserveStock,
  RestockOrder,
  StockAdjusted,
  StockCommitted,
  StockNotHeld,
  StockReleased,
  StockReserved,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { anOrder, aStore, aVariant, pieces, stockOf } from "./shop.ts";

let play: Stage;
let near: string;
let far: string;
const sql = () => play.db("inventory").sql;
beforeAll(async () => {
  play = await stage([inventory], { feeds: ["catalog"] });
  near = await aStore(sql(), { priority: 1 });
  far = await aStore(sql(), { priority: 2 });
});
afterAll(() => play.leave());

const hold = (order: ReturnType<typeof anOrder>) => play.call(ReserveStock, order);
const settle = (contract: typeof CommitStock | typeof ReleaseStock, orderId: string) =>
  play.call(contract as typeof CommitStock, { commandId: v7(), orderId });

test("an order is held where there is enough, the store of the best priority first, and split when one has not enough", async () => {
  const tea = await aVariant(sql(), { [near]: 2, [far]: 9 });
  const order = anOrder([[tea, 5]]);

  const { outcome, allocations } = await hold(order);

  expect(outcome).toBe("reserved");
  expect(allocations).toEqual([
    { line: 0, variantId: tea, storeId: near, quantity: 2 },
    { line: 0, variantId: tea, storeId: far, quantity: 3 },
  ]);
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 2, reserved: 2 });
  expect(await stockOf(sql(), far, tea)).toEqual({ on_hand: 9, reserved: 3 });
  expect(await play.told("inventory", StockReserved)).toContainEqual({
    orderId: order.orderId,
    allocations,
  });
});

test("the wanted store is taken from first, whatever its priority", async () => {
  const tea = await aVariant(sql(), { [near]: 9, [far]: 2 });
  const { allocations } = await hold(anOrder([[tea, 3]], far));
  expect(allocations?.map(({ storeId, quantity }) => [storeId, quantity])).toEqual([
    [far, 2],
    [near, 1],
  ]);
});

test("all lines or none: one that is short leaves the others free, and says how many there are", async () => {
  const tea = await aVariant(sql(), { [near]: 5 });
  const cup = await aVariant(sql(), { [near]: 1, [far]: 1 });
  const answer = await hold(anOrder([[tea, 5], [cup, 3]])); // oxfmt-ignore
  expect(answer).toEqual({ outcome: "rejected", variantId: cup, available: 2 });
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 5, reserved: 0 });
});

test("a variant that nobody has heard of is rejected with none available", async () => {
  const unknown = v7();
  const answer = await hold(anOrder([[unknown, 1]]));
  expect(answer).toEqual({ outcome: "rejected", variantId: unknown, available: 0 });
});

test("of what no stock is kept there is always enough, and nothing of it is allocated", async () => {
  const lesson = await aVariant(sql(), {}, { stocked: false });
  const tea = await aVariant(sql(), { [near]: 1 });
  const { outcome, allocations } = await hold(anOrder([[lesson, 9_999], [tea, 1]])); // oxfmt-ignore
  expect(outcome).toBe("reserved");
  expect(allocations).toEqual([{ line: 1, variantId: tea, storeId: near, quantity: 1 }]);
});

test("asked fifty times at once with the same command, it holds once and answers all the same", async () => {
  const tea = await aVariant(sql(), { [near]: 100 });
  const order = anOrder([[tea, 3]]);
  const answers = await Promise.all(Array.from({ length: 50 }, () => hold(order)));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]?.outcome).toBe("reserved");
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 100, reserved: 3 });
});

test("asked again after a rejection it is rejected, also when there is enough now", async () => {
  const tea = await aVariant(sql(), { [near]: 1 });
  const order = anOrder([[tea, 2]]);
  const first = await hold(order);
  await sql().run("update stock set on_hand = 9 where variant_id = $1", [tea]);
  expect(await hold(order)).toEqual(first);
  expect(first.outcome).toBe("rejected");
});

test("another command for an order that holds something already answers what it holds", async () => {
  const tea = await aVariant(sql(), { [near]: 10 });
  const order = anOrder([[tea, 2]]);
  const first = await hold(order);
  expect(await hold({ ...order, commandId: v7() })).toEqual(first);
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 10, reserved: 2 });
});

test("a release that comes before its hold leaves a tombstone: the hold is rejected", async () => {
  const tea = await aVariant(sql(), { [near]: 10 });
  const order = anOrder([[tea, 2]]);
  await settle(ReleaseStock, order.orderId);
  expect(await hold(order)).toEqual({ outcome: "rejected" });
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 10, reserved: 0 });
});

test("a release frees what was held, once", async () => {
  const tea = await aVariant(sql(), { [near]: 10 });
  const [mine, other] = [anOrder([[tea, 2]]), anOrder([[tea, 3]])];
  const { allocations } = await hold(mine);
  await hold(other);
  await Promise.all(Array.from({ length: 5 }, () => settle(ReleaseStock, mine.orderId)));
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 10, reserved: 3 });
  const told = (await play.told("inventory", StockReleased)).filter(
    ({ orderId }) => orderId === mine.orderId,
  );
  expect(told).toEqual([{ orderId: mine.orderId, allocations }]);
});

test("a commit takes what was held out of the store, once, with one entry in the ledger", async () => {
  const tea = await aVariant(sql(), { [near]: 10 });
  const order = anOrder([[tea, 2], [tea, 1]]); // oxfmt-ignore
  await hold(order);
  await Promise.all(Array.from({ length: 5 }, () => settle(CommitStock, order.orderId)));
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 7, reserved: 0 });
  const entries = await sql().rows("select quantity, reason from movement where reference = $1", [
    order.orderId,
  ]);
  expect(entries).toEqual([{ quantity: 3, reason: "sale" }]);
  const told = (await play.told("inventory", StockCommitted)).filter(
    ({ orderId }) => orderId === order.orderId,
  );
  expect(told).toHaveLength(1);
});

test("a commit of what was never held is refused, and so is one of what was released; others in the same group are not", async () => {
  const tea = await aVariant(sql(), { [near]: 10 });
  const [good, released] = [anOrder([[tea, 1]]), anOrder([[tea, 1]])];
  await Promise.all([hold(good), hold(released)]);
  await settle(ReleaseStock, released.orderId);
  const [a, b, c] = await Promise.allSettled([
    settle(CommitStock, v7()),
    settle(CommitStock, good.orderId),
    settle(CommitStock, released.orderId),
  ]);
  expect(a).toMatchObject({ reason: { type: StockNotHeld.type } });
  expect(b).toMatchObject({ value: { outcome: "committed" } });
  expect(c).toMatchObject({ reason: { type: StockNotHeld.type } });
});

test("what has left is not freed by a late release, but brought back by a restock, once and where it came from", async () => {
  const tea = await aVariant(sql(), { [near]: 1, [far]: 5 });
  const order = anOrder([[tea, 3]]);
  await hold(order);
  const back = { commandId: v7(), orderId: order.orderId };
  await expect(play.call(RestockOrder, back)).rejects.toMatchObject({ type: StockNotHeld.type });
  await settle(CommitStock, order.orderId);
  await expect(settle(ReleaseStock, order.orderId)).rejects.toMatchObject({ type: "STOCK_GONE" });

  await Promise.all(Array.from({ length: 5 }, () => play.call(RestockOrder, back)));
  await play.call(RestockOrder, { ...back, commandId: v7() });

  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 1, reserved: 0 });
  expect(await stockOf(sql(), far, tea)).toEqual({ on_hand: 5, reserved: 0 });
  const told = await play.told("inventory", StockAdjusted);
  expect(told).toContainEqual({ storeId: far, variantId: tea, change: 2, onHand: 5, reason: "return" }); // oxfmt-ignore
});

test("of many who want the last ones at once, as many get them as there are", async () => {
  const tea = await aVariant(sql(), { [near]: 40, [far]: 24 });
  const answers = await Promise.all(Array.from({ length: 400 }, () => hold(anOrder([[tea, 1]]))));
  const reserved = answers.filter(({ outcome }) => outcome === "reserved");
  expect(reserved).toHaveLength(64);
  expect(reserved.reduce((sum, { allocations }) => sum + pieces(allocations), 0)).toBe(64);
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 40, reserved: 40 });
});

test("64 at once with several lines in random order end without a deadlock, and the sums are right", async () => {
  const things = await Promise.all(
    Array.from({ length: 8 }, () => aVariant(sql(), { [near]: 60, [far]: 60 })),
  );
  const shuffled = () => things.toSorted(() => Math.random() - 0.5).slice(0, 4);
  const orders = Array.from({ length: 64 }, () => anOrder(shuffled().map((id) => [id, 2])));
  const answers = await Promise.all(
    orders.map(async (order, n) => {
      const answer = await hold(order);
      if (answer.outcome === "reserved")
        await settle(n % 2 ? CommitStock : ReleaseStock, order.orderId);
      return answer;
    }),
  );
  expect(answers.every(({ outcome }) => outcome === "reserved")).toBe(true);
  const left = await sql().row<{ on_hand: number; reserved: number }>(
    "select sum(on_hand)::int as on_hand, sum(reserved)::int as reserved from stock where variant_id = any($1::uuid[])",
    [things],
  );
  expect(left).toEqual({ on_hand: 8 * 120 - 32 * 4 * 2, reserved: 0 });
});
