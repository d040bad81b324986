/** Stock that waits for a store: it is put there in steps, by any node, once the store is open. */
import { v7 } from "uuid";
import { runRound } from "../../../mixins/jobs.mixin.ts";
import { VariantUpdated } from "../../../services/catalog/catalog.contract.ts";
import { placeStep, placeWaiting } from "../../../services/inventory/jobs/placeWaiting.ts";
import {
  AdjustStock,
  CloseStocktake,
  CloseStore,
  CountStocktake,
  EditStore,
  GetLevels,
  OpenStore,
  ProveStock,
  PutStores,
  ReserveStock,
  StartStocktake,
  StockAdjusted,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import type { InventoryService } from "../../../services/inventory/inventory.types.ts";
import { aFeed } from "../../support/a-feed.ts";
import { aPerson, eventually, stage, type Stage, publishEvent } from "../../support/stage.ts";
import { anOrder, aStore, aVariant, manyVariants, stockOf } from "./shop.ts";

const admin = aPerson("admin");
let harness: Stage;
beforeEach(async () => {
  harness = await stage([inventory, aFeed("catalog")]);
});
afterEach(() => harness.leave());
const sql = () => harness.db("inventory").sql;
/** What a node does at its next turn, until nothing waits that can be placed. */
const place = () =>
  runRound(harness.service<InventoryService>("inventory"), {
    name: "placeWaiting",
    job: placeWaiting,
  });

/** `quantity` of each variant waits for the store of this code; for that of web orders without one. */
const waits = (variantIds: readonly string[], quantity: number, code?: string) =>
  sql().run(
    `insert into unplaced_stock (event_id, variant_id, store_code, quantity)
     select gen_random_uuid(), v, $2, $3 from unnest($1::uuid[]) as v`,
    [variantIds, code ?? null, quantity],
  );
const waiting = async () =>
  (await sql().row<{ n: number }>("select count(*) as n from unplaced_stock"))?.n;
const open = (more: object) =>
  harness.call(OpenStore, { code: `C-${v7().slice(-6)}`, name: "New", ...more }, admin);
const proven = async () =>
  expect(await harness.call(ProveStock, {}, admin)).toMatchObject({ holds: true });
const placed = (storeId: string, variantId: string, onHand: number) =>
  eventually(
    async () => expect(await stockOf(sql(), storeId, variantId)).toMatchObject({ on_hand: onHand }),
    30_000,
  );

test("stock that waits is placed when a store starts to ship", async () => {
  const tea = await aVariant(sql());
  await waits([tea], 5);
  const { id: storeId, version } = await open({});
  // Nothing ships yet, so nothing is put there.
  await place();
  expect(await stockOf(sql(), storeId, tea)).toBeUndefined();
  await harness.call(EditStore, { storeId, version, shipsWeb: true }, admin);
  await placed(storeId, tea, 5);
  expect(await waiting()).toBe(0);
  await proven();
});

test("and when a list of stores says that one ships now", async () => {
  const tea = await aVariant(sql());
  await waits([tea], 5);
  const put = (shipsWeb: boolean) =>
    harness.call(PutStores, { stores: [{ code: "LATER", name: "Later", shipsWeb }] });
  await put(false);
  const { stores } = await put(true);
  await placed(stores[0]?.storeId ?? "", tea, 5);
});

test("a store for which 3,000 variants wait opens at once, and orders of them are taken meanwhile", async () => {
  const other = await aStore(sql(), { shipsWeb: false });
  const variants = await manyVariants(sql(), 3_000, other);
  await waits(variants, 7);
  const { id: storeId } = await open({ shipsWeb: true });
  expect(await waiting()).toBe(3_000);
  const sold = variants.filter((_, n) => n % 100 === 0);
  for (const variantId of sold)
    expect(await harness.call(ReserveStock, anOrder([[variantId, 1]], other))).toMatchObject({
      outcome: "reserved",
    });
  await placed(storeId, variants.at(-1) ?? "", 7);
  await eventually(async () => expect(await waiting()).toBe(0), 60_000);
  const { n } = (await sql().row<{ n: number }>(
    "select count(*) as n from stock where location_id = $1 and on_hand = 7",
    [storeId],
  )) ?? { n: 0 };
  expect(n).toBe(3_000);
  const published = await harness.published("inventory", StockAdjusted);
  expect(published.filter((one) => one.storeId === storeId)).toHaveLength(3_000);
  await proven();
}, 120_000);

test("what a node that died began to place, another ends, and no piece comes twice", async () => {
  const shop = await aStore(sql());
  const variants = await manyVariants(sql(), 500, shop, 0);
  await waits(variants, 3);
  const db = harness.db("inventory");
  // One step, as if the node had been killed after it; then two at once.
  expect(await placeStep(db)).toBe(true);
  expect(await waiting()).toBeLessThanOrEqual(300);
  await Promise.all([place(), place()]);
  expect(await waiting()).toBe(0);
  const wrong = await sql().rows("select 1 from stock where on_hand <> 3");
  expect(wrong).toEqual([]);
  await proven();
});

test("what waits for its store counts as there for a file, and is not added to what a file says", async () => {
  const code = "SOON";
  const tea = await aVariant(sql());
  await waits([tea], 6, code);
  await sql().run(
    "insert into location (id, code, name, kind, ships_web) values ($1, $2, $2, 'store', true)",
    [v7(), code],
  );
  const level = async () =>
    (await harness.call(GetLevels, { variantIds: [tea] })).levels[0]?.onHand;
  expect(await level()).toBe(6);
  await publishEvent(harness, "catalog", VariantUpdated, {
    variantId: tea,
    productId: v7(),
    sku: "TEA",
    taxClass: "standard",
    stocked: true,
    currency: "EUR",
    stock: [{ quantity: 4 }],
    importId: v7(),
  });
  await eventually(async () => expect(await level()).toBe(4), 30_000);
  await place();
  expect(await level()).toBe(4);
  await proven();
});

test("what waits for its store is not counted twice either", async () => {
  const tea = await aVariant(sql());
  const { id: storeId, code } = await open({});
  await waits([tea], 6, code);
  const { id: stocktakeId } = await harness.call(StartStocktake, { storeId }, admin);
  const lines = [{ variantId: tea, counted: 5 }];
  await harness.call(CountStocktake, { stocktakeId, lines }, admin);
  await harness.call(CloseStocktake, { stocktakeId }, admin);
  await place();
  expect(await stockOf(sql(), storeId, tea)).toMatchObject({ on_hand: 5 });
});

test("a store for which stock waits does not close; of what became a service nothing is placed", async () => {
  const [tea, lesson] = [await aVariant(sql()), await aVariant(sql(), {}, { stocked: false })];
  const { id: storeId, code } = await open({});
  await waits([tea, lesson], 2, code);
  const close = () => harness.call(CloseStore, { storeId }, admin);
  await expect(close()).rejects.toMatchObject({ type: "STORE_HAS_STOCK" });
  await placed(storeId, tea, 2);
  expect(await stockOf(sql(), storeId, lesson)).toBeUndefined();
  const gone = { storeId, variantId: tea, change: -2, reason: "lost" } as const;
  await harness.call(AdjustStock, gone, admin);
  expect((await close()).closedAt).toBeDefined();
});
