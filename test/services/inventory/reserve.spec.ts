/** Holding stock for orders: all or none, once, and never more than there is. */
import { v7 } from "uuid";
import {
  InventoryBusy,
  ReserveStock,
  StockReserved,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import type { InventoryService } from "../../../services/inventory/inventory.types.ts";
import { stage, type Stage } from "../../support/stage.ts";
import { anOrder, aStore, aVariant, pieces, stockOf } from "./shop.ts";

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
  expect(await harness.published("inventory", StockReserved)).toContainEqual({
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
  const answer = await hold(
    anOrder([
      [tea, 5],
      [cup, 3],
    ]),
  );
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
  const { outcome, allocations } = await hold(
    anOrder([
      [lesson, 9_999],
      [tea, 1],
    ]),
  );
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

test("of many who want the last ones at once, as many get them as there are", async () => {
  const tea = await aVariant(sql(), { [near]: 40, [far]: 24 });
  const answers = await Promise.all(Array.from({ length: 400 }, () => hold(anOrder([[tea, 1]]))));
  const reserved = answers.filter(({ outcome }) => outcome === "reserved");
  expect(reserved).toHaveLength(64);
  expect(reserved.reduce((sum, { allocations }) => sum + pieces(allocations), 0)).toBe(64);
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 40, reserved: 40 });
});

test("when too many wait, the next are told at once to come again, and whoever waits is answered", async () => {
  const tea = await aVariant(sql(), { [near]: 6_000 });
  const { groups } = harness.service<InventoryService>("inventory");
  const answers = await Promise.allSettled(
    Array.from({ length: 5_100 }, () => groups.reserve(anOrder([[tea, 1]]))),
  );
  const refused = answers.filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(100);
  for (const one of refused)
    expect(one).toMatchObject({ reason: { type: InventoryBusy.type, code: 503, retryable: true } });
  expect(await stockOf(sql(), near, tea)).toEqual({ on_hand: 6_000, reserved: 5_000 });
});
