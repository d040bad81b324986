import { v7 } from "uuid";
import {
  AdjustStock,
  CloseStore,
  EditStore,
  GetStore,
  GetStoreConfiguration,
  ListStores,
  OpenStore,
  type Store,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { MAX_CONFIGURATION_BYTES } from "../../../services/inventory/domain/store.ts";
import { aPerson, eventually, staffOf, stage, type Stage } from "../../support/stage.ts";
import { aVariant } from "./shop.ts";

let harness: Stage;
const admin = aPerson("admin");
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
});
afterAll(() => harness.leave());

let n = 0;
const aDraft = (more: object = {}) => ({ code: `S-${(n += 1)}`, name: `Shop ${n}`, ...more });
const open = (more: object = {}) => harness.call(OpenStore, aDraft(more), admin);
const day = [
  ["09:00", "12:30"],
  ["14:00", "19:00"],
];

test("a store that was opened is shown as it was described, without its configuration", async () => {
  const hours = { mon: day, tue: day, wed: [], thu: day, fri: day, sat: [], sun: [] };
  const draft = aDraft({
    kind: "warehouse",
    address: { line1: "1 rue de la Paix", city: "Paris", postalCode: "75002", country: "FR" },
    latitude: 48.8691,
    longitude: 2.3316,
    hours,
    phone: "+33 1 00 00 00 00",
    priority: 3,
    shipsWeb: true,
    configuration: { tillMayGoBelowZero: true },
  });
  const opened = await harness.call(OpenStore, draft, admin);
  const visible = await harness.call(GetStore, { storeId: opened.id });
  const { configuration, ...rest } = draft as typeof draft & { configuration: object };
  expect(visible).toEqual(opened);
  expect(visible).toMatchObject({ ...rest, timeZone: "Europe/Paris", version: 1 });
  expect(visible).not.toHaveProperty("configuration");
  const retained = await harness.call(GetStoreConfiguration, { storeId: opened.id }, admin);
  expect(retained.configuration).toEqual(configuration);
});

test("a code is one store's", async () => {
  const draft = aDraft();
  const both = await Promise.allSettled([
    harness.call(OpenStore, draft, admin),
    harness.call(OpenStore, draft, admin),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  await expect(harness.call(OpenStore, draft, admin)).rejects.toMatchObject({
    type: "STORE_CODE_TAKEN",
  });
});

test("with the same Idempotency-Key it is opened once; another request with it is refused", async () => {
  const [draft, key] = [aDraft(), v7()];
  const ask = (params = draft) => harness.call(OpenStore, params, admin, { key });
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(second).toEqual(first);
  await expect(ask(aDraft())).rejects.toMatchObject({ type: "IDEMPOTENCY_KEY_REUSED" });
});

test("only who may edit any store opens one; a manager edits the store they work in, and sees no other's configuration", async () => {
  const [mine, other] = [await open(), await open()];
  const manager = staffOf(mine.id, "store_manager");
  const edit = (storeId: string) =>
    harness.call(EditStore, { storeId, version: 1, name: "New" }, manager);
  await expect(harness.call(OpenStore, aDraft(), manager)).rejects.toMatchObject({ code: 403 });
  await expect(harness.call(OpenStore, aDraft(), aPerson())).rejects.toMatchObject({ code: 403 });
  await expect(harness.call(OpenStore, aDraft())).rejects.toMatchObject({ code: 401 });
  expect(await edit(mine.id)).toMatchObject({ name: "New", version: 2 });
  await expect(edit(other.id)).rejects.toMatchObject({ code: 404 });
  const look = harness.call(GetStoreConfiguration, { storeId: other.id }, manager);
  await expect(look).rejects.toMatchObject({ code: 404 });
  const close = harness.call(CloseStore, { storeId: other.id }, manager);
  await expect(close).rejects.toMatchObject({ code: 404 });
});

test("a change is made to the version that was seen; null removes, absent stays", async () => {
  const { id: storeId } = await open({ phone: "1", latitude: 1, longitude: 2 });
  const change = (version: number, more: object) =>
    harness.call(EditStore, { storeId, version, ...more }, admin);
  const changed = await change(1, { phone: null, priority: 7 });
  expect(changed).toMatchObject({ priority: 7, latitude: 1, version: 2 });
  expect(changed).not.toHaveProperty("phone");
  await expect(change(1, { name: "Late" })).rejects.toMatchObject({
    type: "STORE_CHANGED",
    data: { version: 2 },
  });
  const both = await Promise.allSettled([change(2, { name: "A" }), change(2, { name: "B" })]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  await expect(change(3, { latitude: null })).rejects.toMatchObject({ type: "STORE_INVALID" });
  await expect(change(3, { timeZone: "Mars/Olympus" })).rejects.toMatchObject({ code: 422 });
  const ofBytes = (n: number) => ({ configuration: { x: "x".repeat(n - 8) } });
  const large = change(3, ofBytes(MAX_CONFIGURATION_BYTES + 1));
  await expect(large).rejects.toMatchObject({ code: 422, data: { field: "configuration" } });
  await change(3, ofBytes(MAX_CONFIGURATION_BYTES));
});

test("what was shown before a change is not shown after it", async () => {
  const { id: storeId } = await open();
  await harness.call(GetStore, { storeId });
  await harness.call(EditStore, { storeId, version: 1, name: "Renamed" }, admin);
  await eventually(async () =>
    expect(await harness.call(GetStore, { storeId })).toMatchObject({ name: "Renamed" }),
  );
});

test("a store closes only when nothing is there, and then takes nothing and is not listed", async () => {
  const { id: storeId } = await open({ name: "Closing soon" });
  const tea = await aVariant(harness.db("inventory").sql);
  const adjust = (change: number) =>
    harness.call(AdjustStock, { storeId, variantId: tea, change, reason: "correction" }, admin);
  const close = () => harness.call(CloseStore, { storeId }, admin);
  await adjust(2);
  await expect(close()).rejects.toMatchObject({ type: "STORE_HAS_STOCK" });
  await adjust(-2);
  const closed = await close();
  expect(closed.closedAt).toBeDefined();
  expect(await close()).toEqual(closed);
  await expect(adjust(1)).rejects.toMatchObject({ type: "STORE_CLOSED" });
  expect((await harness.call(ListStores, { q: "Closing soon" })).items).toEqual([]);
});

test("a store that closes while stock arrives either has it or is closed, never both", async () => {
  const sql = harness.db("inventory").sql;
  for (let round = 0; round < 8; round += 1) {
    const { id: storeId } = await open();
    const tea = await aVariant(sql);
    await Promise.allSettled([
      harness.call(AdjustStock, { storeId, variantId: tea, change: 1, reason: "received" }, admin),
      harness.call(CloseStore, { storeId }, admin),
    ]);
    const wrong = await sql.row(
      `select 1 from location join stock on location_id = id
       where id = $1 and closed_at is not null and on_hand > 0`,
      [storeId],
    );
    expect(wrong).toBeUndefined();
  }
});

test("stores are listed by name, found by town, and nearest first, page by page, each once", async () => {
  const city = `Lyon ${v7()}`;
  const at = [
    [45.76, 4.83],
    [43.29, 5.37],
    [48.85, 2.35],
    [45.75, 4.85],
  ] as const;
  const made: Store[] = [];
  for (const [latitude, longitude] of at)
    made.push(await open({ latitude, longitude, address: { city } }));
  await open({ address: { city } });
  const pages = async (more: object) => {
    const seen = [];
    let after: string | undefined;
    do {
      const params = { q: city, limit: 2, ...more, ...(after !== undefined && { after }) };
      const { items, next } = await harness.call(ListStores, params);
      seen.push(...items);
      after = next;
    } while (after !== undefined);
    return seen;
  };
  const byName = await pages({});
  expect(byName).toHaveLength(5);
  expect(byName.map(({ name }) => name)).toEqual(byName.map(({ name }) => name).toSorted());
  const byDistance = await pages({ near: "45.75,4.85" });
  expect(byDistance.map(({ id }) => id)).toEqual([3, 0, 1, 2].map((i) => made[i]?.id));
  expect(byDistance[0]?.distanceKm).toBe(0);
  // Lyon to Marseille and to Paris, as the crow flies.
  expect(byDistance[2]?.distanceKm).toBeCloseTo(276, -1);
  expect(byDistance[3]?.distanceKm).toBeCloseTo(392, -1);
  expect((await harness.call(ListStores, { q: "100%_" })).items).toEqual([]);
});

test("the ledger's virtual locations are no stores", async () => {
  const transit = "00000000-0000-7000-8000-000000000001";
  await expect(harness.call(GetStore, { storeId: transit })).rejects.toMatchObject({ code: 404 });
  expect((await harness.call(ListStores, { q: "transit" })).items).toEqual([]);
});
