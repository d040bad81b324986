/** How many there are where a file's number is put: the same store for what is told and what is put. */
import { v7 } from "uuid";
import { VariantUpdated } from "../../../services/catalog/catalog.contract.ts";
import {
  AdjustStock,
  CommitStock,
  GetLevels,
  PutStores,
  ReserveStock,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aFeed } from "../../support/a-feed.ts";
import { aPerson, eventually, stage, type Stage, publishEvent } from "../../support/stage.ts";
import { anOrder, aVariant } from "./shop.ts";

const admin = aPerson("admin");
let harness: Stage;
beforeEach(async () => {
  harness = await stage([inventory, aFeed("catalog")]);
});
afterEach(() => harness.leave());

const sql = () => harness.db("inventory").sql;
const levels = (...variantIds: string[]) => harness.call(GetLevels, { variantIds });
const levelOf = async (variantId: string) => {
  const { storeCode, levels: found } = await levels(variantId);
  return [storeCode, found[0]?.onHand];
};
type Draft = Parameters<typeof openStores>[0][number];
async function openStores(stores: { code: string; priority?: number; shipsWeb?: boolean }[]) {
  const drafts = stores.map((store) => ({ name: store.code, ...store }));
  const put = await harness.call(PutStores, { stores: drafts });
  return put.stores.map(({ storeId }) => storeId);
}
const three: Draft[] = [
  { code: "SHOP", priority: 1 },
  { code: "LATE", priority: 9, shipsWeb: true },
  { code: "WEB", priority: 5, shipsWeb: true },
];
/** A file's number, with which the variant's stock is told without a store. */
const imports = (variantId: string, quantity: number) =>
  publishEvent(harness, "catalog", VariantUpdated, {
    variantId,
    productId: v7(),
    sku: variantId.slice(-8),
    taxClass: "standard",
    stocked: true,
    currency: "EUR",
    stock: [{ quantity }],
    importId: v7(),
  });

test("it is what is on hand at the first store that ships, held or not, until it has left", async () => {
  const [shop = "", late = "", web = ""] = await openStores(three);
  const tea = await aVariant(sql(), { [shop]: 1, [late]: 2, [web]: 10 });
  const elsewhere = await aVariant(sql(), { [shop]: 4 });
  const lesson = await aVariant(sql(), {}, { stocked: false });
  const answer = await levels(tea, elsewhere, lesson, v7(), tea);
  expect(answer.storeCode).toBe("WEB");
  expect(new Map(answer.levels.map((one) => [one.variantId, one.onHand]))).toEqual(
    new Map([
      [tea, 10],
      [elsewhere, 0],
    ]),
  );

  const order = anOrder([[tea, 3]], web);
  await harness.call(ReserveStock, order);
  expect(await levelOf(tea)).toEqual(["WEB", 10]);
  await harness.call(CommitStock, { commandId: v7(), orderId: order.orderId });
  expect(await levelOf(tea)).toEqual(["WEB", 7]);
  const found = { storeId: web, variantId: tea, change: 2, reason: "found" } as const;
  await harness.call(AdjustStock, found, admin);
  expect(await levelOf(tea)).toEqual(["WEB", 9]);
});

test("a file's number is put into the store whose level is told, whichever that becomes", async () => {
  await openStores(three);
  const tea = await aVariant(sql());
  await imports(tea, 6);
  await eventually(async () => expect(await levelOf(tea)).toEqual(["WEB", 6]));
  await openStores([{ code: "LATE", priority: 2, shipsWeb: true }]);
  expect(await levelOf(tea)).toEqual(["LATE", 0]);
  await imports(tea, 4);
  await eventually(async () => expect(await levelOf(tea)).toEqual(["LATE", 4]));
});

test("while no store ships web orders it is what waits for one, and the same when one opens", async () => {
  await openStores([{ code: "SHOP", priority: 1 }]);
  const tea = await aVariant(sql());
  const none = await aVariant(sql());
  await imports(tea, 6);
  await eventually(async () => expect(await levelOf(tea)).toEqual([undefined, 6]));
  expect(await levelOf(none)).toEqual([undefined, 0]);
  await openStores([{ code: "WEB", shipsWeb: true }]);
  expect(await levelOf(tea)).toEqual(["WEB", 6]);
});

test("how far the catalogue was heard is told with the numbers that know it", async () => {
  await openStores(three);
  const tea = await aVariant(sql());
  expect(await levels(tea)).toMatchObject({ catalogPosition: 0 });
  await imports(tea, 6);
  await imports(tea, 8);
  await eventually(async () =>
    expect(await levels(tea)).toMatchObject({ catalogPosition: 2, levels: [{ onHand: 8 }] }),
  );
});

test("up to 500 variants at once, and nobody but services may ask", async () => {
  const ids = Array.from({ length: 501 }, () => v7());
  await expect(levels(...ids)).rejects.toMatchObject({ code: 400 });
  await expect(levels()).rejects.toMatchObject({ code: 400 });
  expect(await levels(...ids.slice(1))).toEqual({ levels: [], catalogPosition: 0 });
  expect(GetLevels).toMatchObject({ allow: "internal", retry: "safe" });
  expect(GetLevels).not.toHaveProperty("rest");
});
