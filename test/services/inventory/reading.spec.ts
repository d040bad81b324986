/** What is read of a long history is read by index: no plan looks through all of the ledger. */
import type { Sql } from "../../../lib/sql.ts";
import { TRANSIT } from "../../../services/inventory/domain/places.ts";
import { LOW } from "../../../services/inventory/domain/shelves.ts";
import {
  AdjustStock,
  GlobalStock,
  ListLedger,
  ListStocks,
  ProveStock,
} from "../../../services/inventory/inventory.contract.ts";
import inventory from "../../../services/inventory/inventory.service.ts";
import { type LedgerFilter, ledger } from "../../../services/inventory/store/ledger.store.ts";
import { stockLevels, variantStocks } from "../../../services/inventory/store/levels.store.ts";
import { type ProofKey, violations } from "../../../services/inventory/store/proof.store.ts";
import { aPerson, staffOf, stage, type Stage } from "../../support/stage.ts";
import { aStore, aVariant, manyVariants } from "./shop.ts";

let harness: Stage;
let [busy, quiet] = ["", ""];
let variants: string[];
const admin = aPerson("admin");
const sql = () => harness.db("inventory").sql;
beforeAll(async () => {
  harness = await stage([inventory], { feeds: ["catalog"] });
  busy = await aStore(sql());
  quiet = await aStore(sql());
  variants = await manyVariants(sql(), 2_000, busy);
  await manyVariants(sql(), 5, quiet);
  for (let n = 0; n < 6; n += 1)
    await sql().run(
      `insert into movement (command_id, variant_id, from_location, to_location, quantity, reason, reference)
       select gen_random_uuid(), variant_id, from_location, to_location, quantity, 'found', gen_random_uuid()
       from movement where to_location = $1 and reason = 'received'`,
      [busy],
    );
  await sql().run("update stock set on_hand = 70 where location_id = $1", [busy]);
  for (const table of ["movement", "stock", "stocked_variant", "location", "transfer"])
    await sql().run(`analyze ${table}`);
}, 60_000);
afterAll(() => harness.leave());

/** The plan of the statements that `read` makes, with the values that it makes them with. */
async function planOf(read: (sql: Sql) => Promise<unknown>): Promise<string> {
  const plans: string[] = [];
  await read({
    ...sql(),
    rows: async <R extends object>(text: string, values?: readonly unknown[]) => {
      const plan = await sql().rows<{ "QUERY PLAN": string }>(`explain ${text}`, values);
      plans.push(...plan.map((line) => line["QUERY PLAN"]));
      return sql().rows<R>(text, values);
    },
  });
  return plans.join("\n");
}

const AT_STORES = ["movement_from", "movement_to"];
const LOOKS: readonly (readonly [string, () => Partial<LedgerFilter>, string[]])[] = [
  ["all of it", () => ({}), ["movement_pkey"]],
  ["a busy store", () => ({ storeId: busy }), AT_STORES],
  ["a store of which there is little", () => ({ storeId: quiet }), AT_STORES],
  ["the stores that a person works in", () => ({ visible: [busy, quiet] }), AT_STORES],
  ["goods on their way, of which there are none", () => ({ storeId: TRANSIT }), AT_STORES],
  ["a variant", () => ({ variantId: variants[0] }), ["movement_variant"]],
  ["an order", () => ({ reference: variants[0] }), ["movement_reference"]],
  ["a rare reason", () => ({ reason: "stolen" }), ["movement_reason"]],
];
test.each(LOOKS)(
  "the ledger of %s is read by its index, on every page",
  async (_, filter, indexes) => {
    for (const key of [undefined, [4_000]]) {
      const plan = await planOf((one) =>
        ledger(one, { visible: null, limit: 20, ...filter() }, key),
      );
      for (const index of indexes) expect(plan).toContain(`${index} on movement`);
      expect(plan).not.toMatch(/Seq Scan on movement/);
    }
  },
);

test("of a store the ledger shows what came and what went, the newest first, each once", async () => {
  const seen: number[] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = { limit: 3, ...(after !== undefined && { after }) };
    const { items, next } = await harness.call(ListLedger, { storeId: quiet, ...page }, admin);
    seen.push(...items.map(({ id }) => id));
    after = next;
  }
  expect(seen).toHaveLength(5);
  expect(seen).toEqual(seen.toSorted((a, b) => b - a));
  expect(new Set(seen).size).toBe(5);
  const mine = { ...staffOf(quiet, "store_manager"), stores: [quiet, busy] };
  const { items } = await harness.call(ListLedger, { limit: 100 }, mine);
  expect(new Set(items.map(({ id }) => id)).size).toBe(100);
});

test("what is low is found by index, at stores and over all of them", async () => {
  for (const [reach, index] of [
    [null, "stock_low"],
    [[busy, quiet], "stock_low"],
  ] as const) {
    const plan = await planOf((one) =>
      stockLevels(one, { visible: reach, low: true, limit: 20 }, undefined),
    );
    expect(plan).toContain(index);
  }
  const plan = await planOf((one) =>
    variantStocks(one, { visible: null, low: true, limit: 20 }, undefined),
  );
  expect(plan).toContain("stocked_variant_low");
});

test("what becomes low is listed as low, and no longer when there is enough again", async () => {
  const [here, there] = [await aStore(sql()), await aStore(sql())];
  const tea = await aVariant(sql());
  const adjust = (storeId: string, change: number) =>
    harness.call(AdjustStock, { storeId, variantId: tea, change, reason: "correction" }, admin);
  const isLow = async (person = admin) =>
    (await harness.call(GlobalStock, { low: true, variantId: tea }, person)).items.length === 1;
  const atHere = async () =>
    (await harness.call(ListStocks, { low: true, storeId: here }, admin)).items.length === 1;
  const clerk = staffOf(here, "stock_clerk");

  // What the index holds: what is kept there for nothing is looked at with every page.
  const isKept = async () =>
    (
      await sql().row<{ low: boolean }>("select low from stocked_variant where variant_id = $1", [
        tea,
      ])
    )?.low;

  expect([await isLow(), await isKept()]).toEqual([true, true]);
  await adjust(here, LOW + 1);
  expect(await isKept()).toBe(false);
  expect([await isLow(), await isLow(clerk), await atHere()]).toEqual([false, false, false]);
  await adjust(here, -1);
  expect([await isLow(), await isLow(clerk), await atHere()]).toEqual([true, true, true]);
  // Enough over all stores, but still little at the one.
  await adjust(there, 1);
  expect([await isLow(), await isLow(clerk), await atHere()]).toEqual([false, true, true]);
  await adjust(there, -1);
  expect([await isLow(), await isKept()]).toEqual([true, true]);
});

test("what is low page by page is what is low by looking at everything", async () => {
  const some = variants.filter((_, n) => n % 40 === 0);
  for (const variantId of some)
    await harness.call(
      AdjustStock,
      { storeId: busy, variantId, change: -68, reason: "correction" },
      admin,
    );
  const seen: string[] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = { limit: 20, ...(after !== undefined && { after }) };
    const { items, next } = await harness.call(GlobalStock, { low: true, ...page }, admin);
    seen.push(...items.map(({ variantId }) => variantId));
    after = next;
  }
  expect(seen.filter((id) => variants.includes(id))).toEqual(some);
});

describe("the proof, range by range", () => {
  /** A range at each call, as when there is no time for more. */
  async function inRanges() {
    const found = new Map<string, number>();
    let [calls, after]: [number, ProofKey | undefined] = [0, undefined];
    do {
      const { invariants, next } = await violations(harness.db("inventory"), after, 0);
      for (const one of invariants) found.set(one.id, (found.get(one.id) ?? 0) + one.violations);
      [calls, after] = [calls + 1, next];
    } while (after);
    return { calls, found: Object.fromEntries(found) };
  }

  test("looks at all variants and all orders", async () => {
    const { calls, found } = await inRanges();
    expect(calls).toBeGreaterThan(4);
    expect(found).toEqual({ I01: 0, I02: 0, I03: 0, I04: 0, I05: 0 });
    const proof = await harness.call(ProveStock, {}, admin);
    expect(proof).toMatchObject({ holds: true });
    expect(proof).not.toHaveProperty("next");
  });

  test.each([0, 700, 1_999])("finds what is wrong with variant %d, in its range", async (n) => {
    const change = (by: number) =>
      sql().run(
        "update stock set on_hand = on_hand + $3 where variant_id = $1 and location_id = $2",
        [variants[n], busy, by],
      );
    await change(1);
    expect((await inRanges()).found).toMatchObject({ I01: 0, I02: 1 });
    await change(-1);
  });

  test("takes no cursor that was made up", async () => {
    const made = Buffer.from(JSON.stringify([7, variants[0]])).toString("base64url");
    const asked = harness.call(ProveStock, { after: made }, admin);
    await expect(asked).rejects.toMatchObject({ type: "CURSOR_INVALID" });
  });
});
