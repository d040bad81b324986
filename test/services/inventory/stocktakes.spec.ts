import { v7 } from "uuid";
import {
  CloseStocktake,
  CommitStock,
  CountStocktake,
  GetStocktake,
  ListLedger,
  ListStocktakeLines,
  ListStocktakes,
  ProveStock,
  ReserveStock,
  StartStocktake,
  StocktakeEnded,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aPerson, staffOf, stage, type Stage } from "../../support/stage.ts";
import { anOrder, aStore, aVariant, stockOf } from "./shop.ts";

let harness: Stage;
const admin = aPerson("admin");
const sql = () => harness.db("inventory").sql;
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
});
afterAll(() => harness.leave());

const start = (storeId: string, more: object = {}) =>
  harness.call(StartStocktake, { storeId, ...more }, admin);
const count = (stocktakeId: string, variantId: string, counted: number) =>
  harness.call(CountStocktake, { stocktakeId, lines: [{ variantId, counted }] }, admin);
const close = (stocktakeId: string, meta = {}) =>
  harness.call(CloseStocktake, { stocktakeId }, admin, meta);
const linesOf = async (stocktakeId: string, more: object = {}) =>
  (await harness.call(ListStocktakeLines, { stocktakeId, ...more }, admin)).items;
const sell = async (variantId: string, quantity: number, storeId: string) => {
  const order = anOrder([[variantId, quantity]], storeId);
  await harness.call(ReserveStock, order);
  await harness.call(CommitStock, { commandId: v7(), orderId: order.orderId });
};

test("differences are corrected at the end, as entries of the ledger; what was not counted stays", async () => {
  const store = await aStore(sql());
  const [tea, cup, pot] = await Promise.all([1, 2, 3].map(() => aVariant(sql(), { [store]: 10 })));
  const { id, lineCount } = await start(store);
  expect(lineCount).toBe(3);
  expect((await linesOf(id)).map(({ variantId }) => variantId).toSorted()).toEqual(
    [tea, cup, pot].map(String).toSorted(),
  );
  await count(id, tea ?? "", 8);
  await count(id, cup ?? "", 13);
  expect(await stockOf(sql(), store, tea ?? "")).toEqual({ on_hand: 10, reserved: 0 });

  const closed = await close(id);

  expect(closed).toMatchObject({ state: "closed", differingCount: 2, correctedCount: 2 });
  const changes = (await linesOf(id)).map(({ variantId, change }) => [variantId, change]);
  expect(changes).toContainEqual([tea, -2]);
  expect(changes).toContainEqual([cup, 3]);
  expect(changes).toContainEqual([pot, undefined]);
  expect(await stockOf(sql(), store, tea ?? "")).toEqual({ on_hand: 8, reserved: 0 });
  const { items } = await harness.call(ListLedger, { reference: id }, admin);
  expect(items.map(({ reason, quantity }) => `${reason} ${quantity}`).toSorted()).toEqual([
    "stocktake 2",
    "stocktake 3",
  ]);
  const published = await harness.published("inventory", StocktakeEnded);
  expect(published).toContainEqual({ stocktakeId: id, storeId: store, corrected: 2 });
  expect(await harness.call(GetStocktake, { stocktakeId: id }, admin)).toEqual(closed);
});

test("sales before and after a line is counted change nothing of its difference", async () => {
  const store = await aStore(sql());
  const tea = await aVariant(sql(), { [store]: 20 });
  const { id } = await start(store);
  await sell(tea, 3, store);
  // 17 by the books; one is missing.
  await count(id, tea, 16);
  await sell(tea, 4, store);
  await close(id);
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 12, reserved: 0 });
});

test("a second count of a line replaces the first, against the books of its own moment", async () => {
  const store = await aStore(sql());
  const tea = await aVariant(sql(), { [store]: 20 });
  const { id } = await start(store, { variantIds: [tea] });
  await count(id, tea, 3);
  await sell(tea, 5, store);
  await count(id, tea, 15);
  expect(await close(id)).toMatchObject({ lineCount: 1, countedCount: 1, differingCount: 0 });
  expect(await linesOf(id)).toMatchObject([{ expected: 15, counted: 15, change: 0 }]);
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 15, reserved: 0 });
});

test("what is held for orders stays in the books, and the difference shows that more is missing", async () => {
  const store = await aStore(sql());
  const tea = await aVariant(sql(), { [store]: 10 });
  await harness.call(ReserveStock, anOrder([[tea, 6]], store));
  const { id } = await start(store);
  await count(id, tea, 2);
  await close(id);
  expect(await linesOf(id)).toMatchObject([{ difference: -8, change: -4 }]);
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 6, reserved: 6 });
});

test("what was never at the store may be found there", async () => {
  const store = await aStore(sql());
  const tea = await aVariant(sql());
  const { id } = await start(store);
  expect(await linesOf(id)).toEqual([]);
  await count(id, tea, 2);
  expect(await close(id)).toMatchObject({ lineCount: 1, countedCount: 1, correctedCount: 1 });
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 2, reserved: 0 });
});

test("a store is counted once at a time; closed is closed, and corrects once", async () => {
  const store = await aStore(sql());
  const tea = await aVariant(sql(), { [store]: 5 });
  const both = await Promise.allSettled([start(store), start(store)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  const id = both.flatMap((one) => (one.status === "fulfilled" ? [one.value.id] : []))[0] ?? "";
  await count(id, tea, 4);
  const key = v7();
  const [first, second] = await Promise.all([close(id, { key }), close(id, { key })]);
  expect(second).toEqual(first);
  const refused = { type: "STOCKTAKE_CLOSED", code: 409 };
  await expect(close(id)).rejects.toMatchObject(refused);
  await expect(count(id, tea, 1)).rejects.toMatchObject(refused);
  expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: 4, reserved: 0 });
  expect((await start(store)).state).toBe("open");
});

test("of two that close it at once, one is told that it is closed", async () => {
  const store = await aStore(sql());
  const tea = await aVariant(sql(), { [store]: 50 });
  for (let counted = 49; counted > 44; counted -= 1) {
    const { id } = await start(store);
    await count(id, tea, counted);
    const both = await Promise.allSettled([close(id), close(id)]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(both).toContainEqual(
      expect.objectContaining({ reason: expect.objectContaining({ type: "STOCKTAKE_CLOSED" }) }),
    );
    expect(await stockOf(sql(), store, tea)).toEqual({ on_hand: counted, reserved: 0 });
  }
});

test("staff count the stores they work in; another's is not there", async () => {
  const store = await aStore(sql());
  const [mine, other] = [staffOf(store, "stock_clerk"), staffOf(v7(), "stock_clerk")];
  const { id } = await harness.call(StartStocktake, { storeId: store }, mine);
  const one = { stocktakeId: id };
  const notFound = { code: 404 };
  await expect(harness.call(GetStocktake, one, other)).rejects.toMatchObject(notFound);
  await expect(harness.call(CloseStocktake, one, other)).rejects.toMatchObject(notFound);
  await expect(harness.call(ListStocktakeLines, one, other)).rejects.toMatchObject(notFound);
  const listed = harness.call(ListStocktakes, { storeId: store }, other);
  await expect(listed).rejects.toMatchObject(notFound);
  expect((await harness.call(ListStocktakes, {}, other)).items).toEqual([]);
  expect((await harness.call(ListStocktakes, {}, mine)).items).toMatchObject([{ id }]);
  const theirs = harness.call(StartStocktake, { storeId: store }, other);
  await expect(theirs).rejects.toMatchObject(notFound);
  const cashier = harness.call(GetStocktake, one, staffOf(store, "cashier"));
  await expect(cashier).rejects.toMatchObject({ code: 403 });
  expect((await harness.call(CloseStocktake, one, mine)).state).toBe("closed");
});

test("after all this the books are right", async () => {
  expect(await harness.call(ProveStock, {}, admin)).toMatchObject({ holds: true });
});
