/** What the catalog tells of variants becomes stock, once, wherever it belongs. */
import { v7 } from "uuid";
import type { Payload } from "../../../lib/contract.ts";
import { VariantCreated, VariantUpdated } from "../../../services/catalog/catalog.contract.ts";
import {
  ListLedger,
  OpenStore,
  ProveStock,
  PutStores,
  ReserveStock,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { aFeed } from "../../support/a-feed.ts";
import { aPerson, eventually, stage, type Stage, publishEvent } from "../../support/stage.ts";
import { anOrder, stockOf } from "./shop.ts";

let harness: Stage;
let web: string;
let shop: string;
const admin = aPerson("admin");
const sql = () => harness.db("inventory").sql;
beforeAll(async () => {
  harness = await stage([inventory, aFeed("catalog")]);
  const stores = [
    { code: "SHOP", name: "Shop", priority: 1 },
    { code: "LATE", name: "Ships, but later", priority: 9, shipsWeb: true },
    { code: "WEB", name: "Ships", priority: 5, shipsWeb: true },
  ];
  const put = await harness.call(PutStores, { stores });
  const idOf = (code: string) => put.stores.find((one) => one.code === code)?.storeId ?? "";
  [web, shop] = [idOf("WEB"), idOf("SHOP")];
});
afterAll(() => harness.leave());

type Said = Payload<typeof VariantCreated>["stock"];
const aVariant = (stock: Said, stocked = true) => {
  const variantId = v7();
  return {
    variantId,
    productId: v7(),
    sku: `V-${variantId.slice(-8)}`,
    taxClass: "standard",
    stocked,
    currency: "EUR",
    stock,
  };
};
const create = async (variant: ReturnType<typeof aVariant>) => {
  await publishEvent(harness, "catalog", VariantCreated, variant);
  await heard();
};
const imports = async (variant: ReturnType<typeof aVariant>) => {
  await publishEvent(harness, "catalog", VariantUpdated, { ...variant, importId: v7() });
  await heard();
};
/** A later event as a fence: when it had its effect, so had all before it. */
async function heard(): Promise<void> {
  const fence = aVariant([], false);
  await publishEvent(harness, "catalog", VariantCreated, fence);
  await eventually(async () => {
    const row = await sql().row("select 1 from stocked_variant where variant_id = $1", [
      fence.variantId,
    ]);
    expect(row).toBeDefined();
  });
}
const entries = async (variantId: string) =>
  (await harness.call(ListLedger, { variantId }, admin)).items.toReversed();

test("a new variant's first stock is received at the store named, or at the first that ships", async () => {
  const tea = aVariant([
    { storeCode: "SHOP", quantity: 2 },
    { quantity: 7 },
    { storeCode: "WEB", quantity: 1 },
  ]);
  await create(tea);
  expect(await stockOf(sql(), shop, tea.variantId)).toEqual({ on_hand: 2, reserved: 0 });
  expect(await stockOf(sql(), web, tea.variantId)).toEqual({ on_hand: 8, reserved: 0 });
  expect((await entries(tea.variantId)).map(({ reason }) => reason)).toEqual([
    "received",
    "received",
  ]);
});

test("of a variant without stock there is always enough, and no row is kept", async () => {
  const lesson = aVariant([{ quantity: 5 }], false);
  await create(lesson);
  const answer = await harness.call(ReserveStock, anOrder([[lesson.variantId, 100]]));
  expect(answer).toEqual({ outcome: "reserved", allocations: [] });
  expect(await stockOf(sql(), web, lesson.variantId)).toBeUndefined();
});

test("an import brings stock to what the file says, as the difference", async () => {
  const tea = aVariant([{ storeCode: "SHOP", quantity: 5 }]);
  await create(tea);
  await imports({
    ...tea,
    stock: [
      { storeCode: "SHOP", quantity: 3 },
      { storeCode: "WEB", quantity: 4 },
    ],
  });
  expect(await stockOf(sql(), shop, tea.variantId)).toEqual({ on_hand: 3, reserved: 0 });
  expect(await stockOf(sql(), web, tea.variantId)).toEqual({ on_hand: 4, reserved: 0 });
  await imports({ ...tea, stock: [{ storeCode: "SHOP", quantity: 3 }] });
  const [, ...imported] = await entries(tea.variantId);
  expect(imported.map(({ quantity, reason }) => `${quantity} ${reason}`).toSorted()).toEqual([
    "2 import",
    "4 import",
  ]);
});

test("an import cannot bring stock below what is held for orders, and its entry says so", async () => {
  const tea = aVariant([{ storeCode: "SHOP", quantity: 10 }]);
  await create(tea);
  await harness.call(ReserveStock, anOrder([[tea.variantId, 6]], shop));
  await imports({ ...tea, stock: [{ storeCode: "SHOP", quantity: 2 }] });
  expect(await stockOf(sql(), shop, tea.variantId)).toEqual({ on_hand: 6, reserved: 6 });
  expect((await entries(tea.variantId)).at(-1)).toMatchObject({
    quantity: 4,
    note: expect.stringContaining("6 are kept for orders"),
  });
});

test("stock for a store that is not there yet waits for it, and is received once when it opens", async () => {
  const code = `NEW-${v7().slice(-6)}`;
  const tea = aVariant([{ storeCode: code, quantity: 9 }]);
  await create(tea);
  await imports({ ...tea, stock: [{ storeCode: code, quantity: 4 }] });
  expect(await entries(tea.variantId)).toEqual([]);
  const { id } = await harness.call(OpenStore, { code, name: "New" }, admin);
  await harness.call(PutStores, { stores: [{ code: `${code}-2`, name: "Another" }] });
  await eventually(async () =>
    expect(await stockOf(sql(), id, tea.variantId)).toEqual({ on_hand: 4, reserved: 0 }),
  );
  expect(await entries(tea.variantId)).toHaveLength(1);
});

test("after all this the books are right", async () => {
  expect(await harness.call(ProveStock, {}, admin)).toMatchObject({ holds: true });
});
