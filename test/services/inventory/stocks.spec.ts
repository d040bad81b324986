import { v7 } from "uuid";
import {
  AdjustStock,
  GlobalStock,
  ListLedger,
  ListStocks,
  ReserveStock,
  StockAdjusted,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aPerson, staffOf, stage, type Stage } from "../../support/stage.ts";
import { anOrder, aStore, aVariant, stockOf } from "./shop.ts";

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

test("an adjustment changes what is on hand, with its entry and who made it, and is told", async () => {
  const tea = await aVariant(sql());
  const level = await adjust(tea, 12, "received", { note: "Two boxes" });
  expect(level).toMatchObject({
    storeId: store,
    variantId: tea,
    onHand: 12,
    reserved: 0,
    available: 12,
    state: "in_stock",
  });
  expect(await adjust(tea, -2, "damaged")).toMatchObject({ onHand: 10 });

  const { items } = await harness.call(ListLedger, { variantId: tea }, admin);
  expect(items).toMatchObject([
    { quantity: 2, reason: "damaged", from: { id: store }, to: { kind: "loss" } },
    {
      quantity: 12,
      reason: "received",
      from: { kind: "supplier" },
      to: { id: store },
      note: "Two boxes",
      actor: admin.id,
    },
  ]);
  const published = (await harness.published("inventory", StockAdjusted)).filter(
    (one) => one.variantId === tea,
  );
  expect(published).toEqual([
    { storeId: store, variantId: tea, change: 12, onHand: 12, reason: "received" },
    { storeId: store, variantId: tea, change: -2, onHand: 10, reason: "damaged" },
  ]);
});

test("what is held for orders cannot be adjusted away, also by many at once", async () => {
  const tea = await aVariant(sql(), { [store]: 10 });
  await harness.call(ReserveStock, anOrder([[tea, 4]], store));
  await expect(adjust(tea, -7, "lost")).rejects.toMatchObject({
    type: "NOT_ENOUGH_STOCK",
    code: 409,
    data: { available: 6 },
  });
  const many = await Promise.allSettled(Array.from({ length: 10 }, () => adjust(tea, -1, "lost")));
  expect(many.filter(({ status }) => status === "fulfilled")).toHaveLength(6);
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 4, reserved: 4 });
});

test("asked twice with one Idempotency-Key, an adjustment is made once", async () => {
  const tea = await aVariant(sql());
  const key = v7();
  const params = { storeId: store, variantId: tea, change: 5, reason: "found" as const };
  const ask = () => harness.call(AdjustStock, params, admin, { key });
  const answers = await Promise.all([ask(), ask(), ask()]);
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 5, reserved: 0 });
});

test.each([
  ["nothing", 0, "correction"],
  ["a receipt of fewer", -1, "received"],
  ["damage that adds", 1, "damaged"],
  ["a find that takes", -1, "found"],
] as const)("%s is no adjustment", async (_, change, reason) => {
  const tea = await aVariant(sql(), { [store]: 5 });
  await expect(adjust(tea, change, reason)).rejects.toMatchObject({ type: "ADJUSTMENT_INVALID" });
});

test("variants that are unknown or of which no stock is kept are not adjusted", async () => {
  const lesson = await aVariant(sql(), {}, { stocked: false });
  await expect(adjust(v7(), 1, "found")).rejects.toMatchObject({ type: "VARIANT_NOT_FOUND" });
  await expect(adjust(lesson, 1, "found")).rejects.toMatchObject({ type: "NOT_STOCKED" });
});

test("staff adjust and see the stores they work in; another's is not there", async () => {
  const tea = await aVariant(sql(), { [store]: 5, [other]: 7 });
  const clerk = staffOf(store, "stock_clerk");
  const cashier = staffOf(store, "cashier");
  const one = { variantId: tea, change: 1, reason: "found" as const };
  expect(await harness.call(AdjustStock, { storeId: store, ...one }, clerk)).toBeDefined();
  const elsewhere = harness.call(AdjustStock, { storeId: other, ...one }, clerk);
  await expect(elsewhere).rejects.toMatchObject({ code: 404 });
  const notTheirs = harness.call(AdjustStock, { storeId: store, ...one }, cashier);
  await expect(notTheirs).rejects.toMatchObject({ code: 403 });

  const seen = await harness.call(ListStocks, { variantId: tea }, cashier);
  expect(seen.items.map(({ storeId }) => storeId)).toEqual([store]);
  const all = await harness.call(ListStocks, { variantId: tea }, aPerson("accountant"));
  expect(all.items).toHaveLength(2);
  await expect(harness.call(ListStocks, { storeId: other }, cashier)).rejects.toMatchObject({
    code: 404,
  });
  await expect(harness.call(ListStocks, {}, aPerson())).rejects.toMatchObject({ code: 403 });
  const own = await harness.call(GlobalStock, { variantId: tea }, clerk);
  expect(own.items).toMatchObject([{ onHand: 6 }]);
  expect(
    (await harness.call(ListLedger, { variantId: tea }, clerk)).items.map(({ to }) => to.id),
  ).toEqual([store, store]);
});

test("stock over all stores is the sum of them, and lists page without repeating", async () => {
  const tea = await aVariant(sql(), { [store]: 5, [other]: 7 });
  await harness.call(ReserveStock, anOrder([[tea, 6]]));
  const { items } = await harness.call(GlobalStock, { variantId: tea }, admin);
  expect(items).toMatchObject([
    { variantId: tea, onHand: 12, reserved: 6, available: 6, inTransit: 0, state: "in_stock" },
  ]);

  const seen: string[] = [];
  let after: string | undefined;
  do {
    const params = { limit: 3, storeId: store, ...(after !== undefined && { after }) };
    const page = await harness.call(ListStocks, params, admin);
    seen.push(...page.items.map(({ variantId }) => variantId));
    after = page.next;
  } while (after !== undefined);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toContain(tea);
});

test("of low ones only those with three or fewer are listed", async () => {
  const [few, many] = [
    await aVariant(sql(), { [other]: 3 }),
    await aVariant(sql(), { [other]: 4 }),
  ];
  const { items } = await harness.call(
    ListStocks,
    { storeId: other, low: true, limit: 100 },
    admin,
  );
  const ids = items.map(({ variantId }) => variantId);
  expect(ids).toContain(few);
  expect(ids).not.toContain(many);
});
