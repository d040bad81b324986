/** Prices that begin and end by themselves, and what is shown of the past. */
import { v7 } from "uuid";
import type { Params } from "../../../../lib/contract.ts";
import { runRound } from "../../../../mixins/jobs.mixin.ts";
import { publishDuePrices } from "../../../../services/pricing/jobs/publishDuePrices.ts";
import {
  PriceChanged,
  QuotePrices,
  SetPrices,
  ShowPriceHistory,
} from "../../../../services/pricing/pricing.contract.ts";
import { settlePrices } from "../../../../services/pricing/store/change-prices.ts";
import { lockVariants } from "../../../../services/pricing/store/prices.store.ts";
import type { PricingService } from "../../../../services/pricing/pricing.types.ts";
import { aPerson, eventually, type Stage } from "../../../support/stage.ts";
import { pricingOnStage } from "../company.ts";

let harness: Stage;
beforeAll(async () => {
  harness = await pricingOnStage();
});
afterAll(() => harness.leave());

const editor = aPerson("editor");
type Price = Params<typeof SetPrices>["prices"][number];
const set = (variantId: string, ...prices: Partial<Price>[]) =>
  harness.call(
    SetPrices,
    { prices: prices.map((price) => ({ variantId, currency: "EUR", ...price })) },
    editor,
  );
const unitOf = async (variantId: string, quantity = 1) =>
  (await harness.call(QuotePrices, { lines: [{ variantId, quantity }] })).lines[0]?.unitMinor;
const historyOf = (variantId: string) => harness.call(ShowPriceHistory, { variantId });
const toldOf = async (variantId: string) =>
  (await harness.published("pricing", PriceChanged)).filter((it) => it.variantId === variantId);
const publish = (node: PricingService) =>
  runRound(node, { name: "publishDuePrices", job: publishDuePrices });
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

test("a price is quoted from its beginning until its end", async () => {
  const [sold, announced, over] = [v7(), v7(), v7()];
  await Promise.all([sold, announced, over].map((id) => set(id, { priceMinor: 1_000 })));
  await set(sold, { priceMinor: 700, validFrom: inMs(-60_000), validTo: inMs(60_000) });
  await set(announced, { priceMinor: 700, validFrom: inMs(60_000) });
  await set(over, { priceMinor: 700, validFrom: inMs(-60_000), validTo: inMs(-1) });
  const units = await Promise.all([sold, announced, over].map((id) => unitOf(id)));
  expect(units).toEqual([700, 1_000, 1_000]);
});

test("a temporary price that begins and ends by itself is remembered and told once, with its moments", async () => {
  const variantId = v7();
  await set(variantId, { priceMinor: 1_000 });
  const [validFrom, validTo] = [inMs(1_000), inMs(1_100)];
  await set(variantId, { priceMinor: 700, validFrom, validTo });
  const node = harness.service<PricingService>("pricing");
  await eventually(async () => {
    // Several nodes look for what is due at once.
    await Promise.all([1, 2, 3, 4].map(() => publish(node)));
    expect((await toldOf(variantId)).map(({ priceMinor }) => priceMinor)).toEqual([
      1_000, 700, 1_000,
    ]);
  });
  expect((await historyOf(variantId)).changes).toEqual([
    { at: validTo, priceMinor: 1_000 },
    { at: validFrom, priceMinor: 700 },
    { at: expect.any(String), priceMinor: 1_000 },
  ]);
  expect(await unitOf(variantId)).toBe(1_000);
}, 20_000);

test("a node that comes late to a turn that another has taken does not go back to it", async () => {
  const variantId = v7();
  const late = harness.service<PricingService>("pricing");
  const { db } = late;
  await set(variantId, { priceMinor: 1_000 });
  const [validFrom, validTo] = [inMs(1_000), inMs(1_050)];
  await set(variantId, { priceMinor: 700, validFrom, validTo });
  let turned: Promise<void> | undefined;
  await db.transaction(async (tx) => {
    await lockVariants(db.in(tx), [variantId]);
    await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(validTo)));
    turned = publish(late);
    await eventually(async () => {
      const waiting = `select 1 as one from pg_locks l join pg_database d on d.oid = l.database
        where l.locktype = 'advisory' and not l.granted and d.datname = current_database()`;
      expect(await db.sql.row(waiting)).toBeDefined();
    });
    await settlePrices(db, tx, [variantId], validFrom);
    await settlePrices(db, tx, [variantId], validTo);
  });
  await turned;
  expect((await historyOf(variantId)).changes).toEqual([
    { at: validTo, priceMinor: 1_000 },
    { at: validFrom, priceMinor: 700 },
    { at: expect.any(String), priceMinor: 1_000 },
  ]);
}, 20_000);

test("a sale can be ended before its time", async () => {
  const variantId = v7();
  const validFrom = inMs(-60_000);
  await set(variantId, { priceMinor: 1_000 }, { priceMinor: 700, validFrom, validTo: inMs(9e6) });
  expect(await unitOf(variantId)).toBe(700);
  await set(variantId, { priceMinor: 700, validFrom, validTo: inMs(-1) });
  expect(await unitOf(variantId)).toBe(1_000);
});

test("the lowest price of the 30 days before a reduction is shown beside it", async () => {
  const variantId = v7();
  await set(variantId, { priceMinor: 1_000 });
  await set(variantId, { priceMinor: 1_300 });
  await set(variantId, { priceMinor: 900, compareAtMinor: 1_300 });
  await set(variantId, { priceMinor: 800, compareAtMinor: 1_300 });
  const history = await historyOf(variantId);
  expect(history).toMatchObject({ priceMinor: 800, compareAtMinor: 1_300, lowestMinor: 1_000 });
  expect(history.lowest).toBe(10);
  expect(history.reducedAt).toBe(history.changes[1]?.at);
});

test("what was never priced has an empty history", async () => {
  const variantId = v7();
  expect(await historyOf(variantId)).toEqual({ variantId, currency: "EUR", changes: [] });
});

test("what is no longer on sale has no price", async () => {
  const variantId = v7();
  await set(variantId, { priceMinor: 500, validFrom: inMs(-60_000), validTo: inMs(1_500) });
  await eventually(async () => {
    const { changes } = await historyOf(variantId);
    expect(changes[0]).toEqual({ at: expect.any(String) });
  });
  const history = await historyOf(variantId);
  expect(history).not.toHaveProperty("priceMinor");
  expect(history.lowestMinor).toBe(500);
}, 20_000);
