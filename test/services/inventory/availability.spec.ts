/** What shoppers and listeners learn of stock, and the proof that it is right. */
import { v7 } from "uuid";
import {
  AdjustStock,
  AvailabilityChanged,
  CommitStock,
  GetAvailability,
  ProveStock,
  ReleaseStock,
  ReserveStock,
  StockLow,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aPerson, stage, type Stage } from "../../support/stage.ts";
import { anOrder, aStore, aVariant, manyVariants } from "./shop.ts";
import { bytesOf, MOST_BYTES } from "./size.ts";

let harness: Stage;
let store: string;
let other: string;
const admin = aPerson("admin");
const sql = () => harness.db("inventory").sql;
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
  store = await aStore(sql(), { priority: 1 });
  other = await aStore(sql(), { priority: 2 });
});
afterAll(() => harness.leave());

type Reason = "received" | "damaged" | "found" | "correction" | "lost";
const adjust = (variantId: string, change: number, reason: Reason, more: object = {}) =>
  harness.call(AdjustStock, { storeId: store, variantId, change, reason, ...more }, admin);

test("shoppers learn where things can be had, and no exact number above ten", async () => {
  const tea = await aVariant(sql(), { [store]: 50, [other]: 2 });
  const lesson = await aVariant(sql(), {}, { stocked: false });
  const unknown = v7();
  const variantIds = [tea, lesson, unknown].join(",");
  expect(await harness.call(GetAvailability, { variantIds })).toEqual({
    variants: [
      {
        variantId: tea,
        state: "in_stock",
        available: 10,
        stores: [
          { storeId: store, state: "in_stock", available: 10 },
          { storeId: other, state: "low", available: 2 },
        ],
      },
      { variantId: lesson, state: "in_stock", available: 10, stores: [] },
      { variantId: unknown, state: "out", available: 0, stores: [] },
    ],
  });
  const bad = harness.call(GetAvailability, { variantIds: `${tea},` });
  await expect(bad).rejects.toMatchObject({ code: 400 });
});

test("of many variants at many stores the first stores are named, and the total counts all", async () => {
  const stores = await Promise.all(
    Array.from({ length: 60 }, (_, n) => aStore(sql(), { priority: 1_000 + n, shipsWeb: false })),
  );
  const variants = await manyVariants(sql(), 100, stores[0] ?? "", 0);
  await sql().run(
    `insert into stock (location_id, variant_id)
     select s, v from unnest($1::uuid[]) as s, unnest($2::uuid[]) as v on conflict do nothing`,
    [stores, variants],
  );
  const [first, last, tea] = [stores[0], stores.at(-1) ?? "", variants[7] ?? ""];
  await adjust(tea, 7, "found", { storeId: last });

  const all = await harness.call(GetAvailability, { variantIds: variants.join(",") });
  expect(bytesOf(all)).toBeLessThan(MOST_BYTES);
  expect(all.variants.map(({ stores: named }) => named.length)).toEqual(variants.map(() => 50));
  expect(all.variants[7]).toMatchObject({ variantId: tea, available: 7 });
  expect(all.variants[7]?.stores[0]).toMatchObject({ storeId: first, available: 0 });
  const [one] = (await harness.call(GetAvailability, { variantIds: tea })).variants;
  expect(one?.stores).toHaveLength(60);
  expect(one?.stores.at(-1)).toEqual({ storeId: last, state: "in_stock", available: 7 });
});

test("availability is told when it crosses a state over all stores, and only then; a shelf that runs low is told too", async () => {
  const tea = await aVariant(sql(), { [store]: 4, [other]: 2 });
  const orders = Array.from({ length: 6 }, () => anOrder([[tea, 1]]));
  for (const order of orders) await harness.call(ReserveStock, order);
  for (const { orderId } of orders.slice(0, 5))
    await harness.call(CommitStock, { commandId: v7(), orderId });
  await harness.call(ReleaseStock, { commandId: v7(), orderId: orders[5]?.orderId ?? "" });
  await adjust(tea, 9, "found");

  const published = (await harness.published("inventory", AvailabilityChanged)).filter(
    ({ variantId }) => variantId === tea,
  );
  expect(published.map(({ available, state }) => [available, state])).toEqual([
    [3, "low"],
    [0, "out"],
    [1, "low"],
    [10, "in_stock"],
  ]);
  const low = (await harness.published("inventory", StockLow)).filter(
    (one) => one.variantId === tea,
  );
  expect(low).toEqual([{ storeId: store, variantId: tea, available: 3 }]);
});

test("the proof holds after all this, and shows what is wrong when something is", async () => {
  const prove = () => harness.call(ProveStock, {}, admin);
  // What these tests did behind the service's back was entered in the ledger too.
  expect(await prove()).toMatchObject({ holds: true });
  await expect(harness.call(ProveStock, {}, aPerson("store_manager"))).rejects.toMatchObject({
    code: 403,
  });
  const tea = await aVariant(sql(), { [store]: 5 });
  await sql().run("update stock set on_hand = 6, reserved = 1 where variant_id = $1", [tea]);
  const { holds, invariants } = await prove();
  expect(holds).toBe(false);
  expect(invariants.filter(({ violations }) => violations > 0).map(({ id }) => id)).toEqual([
    "I02",
    "I03",
  ]);
});

test("the database itself refuses to promise what is not there, and to rewrite the ledger", async () => {
  const tea = await aVariant(sql(), { [store]: 5 });
  const oversell = sql().run("update stock set reserved = 6 where variant_id = $1", [tea]);
  await expect(oversell).rejects.toThrow(/no_oversell/);
  const rewrite = sql().run("update movement set quantity = 1 where variant_id = $1", [tea]);
  await expect(rewrite).rejects.toThrow(/append-only/);
  const remove = sql().run("delete from movement where variant_id = $1", [tea]);
  await expect(remove).rejects.toThrow(/append-only/);
});
