/** Stores with more variants than one answer, one transaction or one step may take. */
import { v7 } from "uuid";
import { closeStep } from "../../../services/inventory/jobs/closeStocktakes.ts";
import {
  CloseStocktake,
  CloseStore,
  CountStocktake,
  GetStocktake,
  ListStocktakeLines,
  ListStocktakes,
  ProveStock,
  ReserveStock,
  StartStocktake,
  StockAdjusted,
  StocktakeEnded,
} from "../../../services/inventory/inventory.contract.ts";
import { beginClosing } from "../../../services/inventory/store/closing.store.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aPerson, eventually, stage, type Stage } from "../../support/stage.ts";
import { bytesOf } from "./size.ts";
import { anOrder, aStore, manyVariants } from "./shop.ts";

let harness: Stage;
const admin = aPerson("admin");
const sql = () => harness.db("inventory").sql;
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
});
afterAll(() => harness.leave());

const start = (storeId: string, meta = {}) =>
  harness.call(StartStocktake, { storeId }, admin, meta);
const head = (stocktakeId: string) => harness.call(GetStocktake, { stocktakeId }, admin);
async function pagesOf(stocktakeId: string, only?: "differing" | "uncounted") {
  const seen: string[] = [];
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const { items, next } = await harness.call(
      ListStocktakeLines,
      { stocktakeId, limit: 100, ...(only && { only }), ...(after !== undefined && { after }) },
      admin,
    );
    seen.push(...items.map(({ variantId }) => variantId));
    after = next;
  }
  return seen;
}
/** Counts `counted` of each variant, as many at once as a request may hold. */
async function countAll(stocktakeId: string, variantIds: string[], counted: number) {
  for (let n = 0; n < variantIds.length; n += 500) {
    const lines = variantIds.slice(n, n + 500).map((variantId) => ({ variantId, counted }));
    await harness.call(CountStocktake, { stocktakeId, lines }, admin);
  }
}

test("a store of 20,500 variants is counted: answers stay small, and whoever asks again learns the id", async () => {
  const store = await aStore(sql());
  await manyVariants(sql(), 20_500, store);
  const key = v7();
  const begun = await start(store, { key });
  expect(begun).toMatchObject({ state: "open", lineCount: 20_500, countedCount: 0 });
  expect(bytesOf(begun)).toBeLessThan(1_000);
  expect(await start(store, { key })).toEqual(begun);
  await expect(start(store)).rejects.toMatchObject({
    type: "STOCKTAKE_OPEN",
    data: { storeId: store, stocktakeId: begun.id },
  });
  const { items } = await harness.call(ListStocktakes, { storeId: store, state: "open" }, admin);
  expect(items).toEqual([begun]);
}, 60_000);

test("lines are read page by page, each once: all, those that differ, those not counted", async () => {
  const store = await aStore(sql());
  const variants = await manyVariants(sql(), 450, store);
  const { id } = await start(store);
  await countAll(id, variants.slice(0, 150), 10);
  await countAll(id, variants.slice(150, 270), 9);
  // A second count of some of them: the totals know each line once.
  await countAll(id, variants.slice(140, 160), 9);
  expect(await head(id)).toMatchObject({ lineCount: 450, countedCount: 270, differingCount: 130 });
  expect(await pagesOf(id)).toEqual(variants);
  expect(await pagesOf(id, "differing")).toEqual(variants.slice(140, 270));
  expect(await pagesOf(id, "uncounted")).toEqual(variants.slice(270));
});

test("thousands of lines are closed in steps, once each, while their goods are sold", async () => {
  const store = await aStore(sql());
  const variants = await manyVariants(sql(), 4_000, store);
  const { id } = await start(store);
  await countAll(id, variants, 8);
  const closing = harness.call(CloseStocktake, { stocktakeId: id }, admin);
  const sold = variants.filter((_, n) => n % 200 === 0);
  for (const variantId of sold)
    expect(await harness.call(ReserveStock, anOrder([[variantId, 1]], store))).toMatchObject({
      outcome: "reserved",
    });
  expect(["closing", "closed"]).toContain((await closing).state);
  await eventually(
    async () =>
      expect(await head(id)).toMatchObject({ state: "closed", correctedCount: variants.length }),
    60_000,
  );
  const wrong = await sql().rows(
    "select 1 from stock where location_id = $1 and on_hand <> 8 limit 1",
    [store],
  );
  expect(wrong).toEqual([]);
  const adjusted = await harness.published("inventory", StockAdjusted);
  expect(adjusted.filter(({ storeId }) => storeId === store)).toHaveLength(variants.length);
  const ended = await harness.published("inventory", StocktakeEnded);
  expect(ended.filter(({ stocktakeId }) => stocktakeId === id)).toHaveLength(1);
}, 120_000);

test("what a node that died began to close, another ends; until then nothing is counted, and no other begins", async () => {
  const store = await aStore(sql());
  const variants = await manyVariants(sql(), 500, store);
  const { id } = await start(store);
  await countAll(id, variants, 12);
  const db = harness.db("inventory");
  const steps = db.transaction(async (tx) => {
    await beginClosing(db.in(tx), id);
  });
  await steps;
  // One step, as if the node had been killed after it.
  await closeStep(db, id);
  const closed = { type: "STOCKTAKE_CLOSED" };
  await expect(countAll(id, variants.slice(0, 1), 1)).rejects.toMatchObject(closed);
  await eventually(
    async () => expect(await head(id)).toMatchObject({ state: "closed", correctedCount: 500 }),
    30_000,
  );
  const entries = await sql().rows(
    "select variant_id from movement where reference = $1 and quantity = 2",
    [id],
  );
  expect(entries).toHaveLength(500);
});

test("a store that is being counted does not close, and says which stocktake it is", async () => {
  const store = await aStore(sql());
  const { id } = await start(store);
  const close = () => harness.call(CloseStore, { storeId: store }, admin);
  await expect(close()).rejects.toMatchObject({
    type: "STOCKTAKE_OPEN",
    code: 409,
    data: { stocktakeId: id },
  });
  await harness.call(CloseStocktake, { stocktakeId: id }, admin);
  expect((await close()).closedAt).toBeDefined();
});

test("after all this the books are right", async () => {
  expect(await harness.call(ProveStock, {}, admin)).toMatchObject({ holds: true });
});
