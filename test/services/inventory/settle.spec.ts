/** Letting held stock go, handing it over, and taking it back: in any order, any number of times. */
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
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { anOrder, aStore, aVariant, stockOf } from "./shop.ts";

let harness: Stage;
let near: string;
let far: string;
const sql = () => harness.db("inventory").sql;
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
  near = await aStore(sql(), { priority: 1 });
  far = await aStore(sql(), { priority: 2 });
});
afterAll(() => harness.leave());

const hold = (order: ReturnType<typeof anOrder>) => harness.call(ReserveStock, order);
const settle = (contract: typeof CommitStock | typeof ReleaseStock, orderId: string) =>
  harness.call(contract as typeof CommitStock, { commandId: v7(), orderId });

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
  const published = (await harness.published("inventory", StockReleased)).filter(
    ({ orderId }) => orderId === mine.orderId,
  );
  expect(published).toEqual([{ orderId: mine.orderId, allocations }]);
});

test("a commit takes what was held out of the store, once, with one entry in the ledger", async () => {
  const tea = await aVariant(sql(), { [near]: 10 });
  const order = anOrder([
    [tea, 2],
    [tea, 1],
  ]);
  await hold(order);
  await Promise.all(Array.from({ length: 5 }, () => settle(CommitStock, order.orderId)));
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 7, reserved: 0 });
  const entries = await sql().rows("select quantity, reason from movement where reference = $1", [
    order.orderId,
  ]);
  expect(entries).toEqual([{ quantity: 3, reason: "sale" }]);
  const published = (await harness.published("inventory", StockCommitted)).filter(
    ({ orderId }) => orderId === order.orderId,
  );
  expect(published).toHaveLength(1);
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
  await expect(harness.call(RestockOrder, back)).rejects.toMatchObject({ type: StockNotHeld.type });
  await settle(CommitStock, order.orderId);
  await expect(settle(ReleaseStock, order.orderId)).rejects.toMatchObject({ type: "STOCK_GONE" });

  await Promise.all(Array.from({ length: 5 }, () => harness.call(RestockOrder, back)));
  await harness.call(RestockOrder, { ...back, commandId: v7() });

  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 1, reserved: 0 });
  expect(await stockOf(sql(), far, tea)).toEqual({ on_hand: 5, reserved: 0 });
  const published = await harness.published("inventory", StockAdjusted);
  expect(published).toContainEqual({
    storeId: far,
    variantId: tea,
    change: 2,
    onHand: 5,
    reason: "return",
  });
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
